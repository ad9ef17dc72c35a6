import { connect } from "amqplib";
import { BrokerError, BusError } from "../../errors.js";
import type {
  Broker,
  BrokerFeatures,
  BrokerHost,
  BrokerSubscription,
  DeadLetterStore,
  Delivery,
  Inspection,
  SubscribeOptions,
} from "../broker.js";
import type { Message, OutgoingMessage } from "../message.js";
import type { AmqpClient, AmqpConnect } from "./amqp-client.js";
import { AmqpConnection } from "./amqp-connection.js";
import { abilitiesOf, amqpFeatures } from "./amqp-features.js";
import { type AmqpBrokerOptions, type ResolvedAmqpOptions, resolveAmqpOptions } from "./amqp-options.js";
import { AmqpPublisher } from "./amqp-publisher.js";
import { AmqpSubscription } from "./amqp-subscription.js";
import { buildTopology } from "./amqp-topology.js";
import { within } from "./backoff.js";
import { DeadLetterQueues } from "./dead-letter-queues.js";
import { InTurn } from "./in-turn.js";
import { inspectQueues } from "./inspect-queues.js";
import { type DirectoryParts, ListenerDirectory } from "./listener-directory.js";
import { closed } from "./publication.js";
import { QueueCounts } from "./queue-counts.js";

/** How long `close` waits for what was published and not confirmed. */
const flushTimeoutMs = 5_000;

/** What there is while the broker is connected. */
interface Connected {
  readonly host: BrokerHost;
  readonly publisher: AmqpPublisher;
  readonly listening: AmqpConnection;
}

/**
 * Carries events over RabbitMQ: a topic exchange, quorum queues for durable channels, publisher confirms, and one
 * connection each for publishing and listening. Both are made again for ever, with all queues and consumers.
 */
export class AmqpBroker implements Broker {
  readonly name = "amqp";
  readonly deadLetters: DeadLetterStore;
  readonly #options: ResolvedAmqpOptions;
  readonly #counts = new QueueCounts(() => this.#client());
  readonly #directory: ListenerDirectory;
  readonly #subscriptions = new Set<AmqpSubscription>();
  readonly #trials = new InTurn();
  #connected: Connected | undefined;
  #isOpen = false;
  #features: BrokerFeatures;
  #keepsTransient = true;

  /** @throws BusError `BUS_OPTIONS_INVALID` */
  constructor(options: AmqpBrokerOptions) {
    this.#options = resolveAmqpOptions(options, connectWithAmqplib);
    this.#features = { ...amqpFeatures, maxBytes: this.#options.maxBytes };
    const parts: DirectoryParts = {
      exchange: this.#options.exchange,
      publisher: () => this.#running("publish").publisher,
      client: () => this.#client(),
      counts: this.#counts,
      subscriptions: () => this.#subscriptions,
    };
    this.#directory = new ListenerDirectory(parts);
    this.deadLetters = new DeadLetterQueues(parts, this.#directory);
  }

  /** From the first connect on those of the server's version. */
  get features(): BrokerFeatures {
    return this.#features;
  }

  /** @throws BrokerError when the server cannot be reached in time, or refuses the login */
  async connect(host: BrokerHost): Promise<void> {
    if (this.#connected !== undefined) return;
    const events = { onOpen: () => this.#opened(), onLost: (cause: unknown) => this.#lost(cause) };
    const publisher = new AmqpPublisher(this.#options, host, events);
    const listening = new AmqpConnection("listener", this.#options, {
      setUp: (client) => this.#setUp(client),
      ...events,
    });
    const connected = { host, publisher, listening };
    this.#connected = connected;
    try {
      await Promise.all([publisher.connection.open(), listening.open()]);
    } catch (error) {
      await this.#disconnect(connected);
      throw error;
    }
  }

  publish(message: OutgoingMessage): Promise<void> {
    if (this.#connected === undefined) throw closed(`${message.type} to ${message.address}`);
    return this.#connected.publisher.publish(message);
  }

  reply(message: Message): Promise<void> {
    return this.#running("reply").publisher.reply(message);
  }

  async subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<BrokerSubscription> {
    const { publisher, listening, host } = this.#running(`listen to ${options.address}`);
    this.#checkTimeLimit(options);
    const { exchange, maxPrefetch } = this.#options;
    const topology = buildTopology(options, this.#keepsTransient);
    const parts = {
      publisher,
      exchange,
      prefetch: Math.min(options.prefetch, maxPrefetch),
      trials: this.#trials,
      client: () => (listening.isOpen ? listening.client : undefined),
      report: (error: unknown) => host.onReport(error),
      onRemade: (remade: AmqpSubscription) => void this.#enter(remade, host),
      onClosed: (ended: AmqpSubscription) => void this.#subscriptions.delete(ended),
      onDelivery,
    };
    const subscription = new AmqpSubscription(options, topology, parts);
    this.#subscriptions.add(subscription);
    try {
      await subscription.begin();
      await this.#enter(subscription, host);
      return subscription;
    } catch (error) {
      await subscription.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    if (connected === undefined) return;
    await Promise.all(Array.from(this.#subscriptions, (subscription) => subscription.close()));
    await within(flushTimeoutMs, connected.publisher.flushed());
    await this.#disconnect(connected);
    connected.host.onStatus("closed");
  }

  /**
   * `delayed` counts the wait queues that this process has used; what other processes hold unsettled is not told by the
   * server.
   */
  async inspect(listener: string): Promise<Inspection> {
    const queues = await this.#directory.find(listener);
    const own = Array.from(this.#subscriptions).filter(({ options }) => options.name === listener);
    return inspectQueues(this.#counts, queues, own);
  }

  /** Listening does without the directory: a server that cannot take the entry now holds up no start. */
  async #enter(subscription: AmqpSubscription, host: BrokerHost): Promise<void> {
    const { durable, scope } = subscription.options;
    if (!durable || scope === "broadcast") return;
    const entering = this.#directory.enter(subscription).catch((error: unknown) => host.onReport(error));
    await within(this.#options.connectTimeoutMs, entering);
  }

  /** The connection for listeners. */
  #client(): AmqpClient {
    const { client } = this.#running("ask the server").listening;
    if (client !== undefined) return client;
    throw new BrokerError("BROKER_FAILED", "cannot ask the server: the connection is away");
  }

  #running(what: string): Connected {
    if (this.#connected !== undefined) return this.#connected;
    throw new BrokerError("BROKER_CLOSED", `cannot ${what}: broker is closed`);
  }

  async #disconnect({ publisher, listening }: Connected): Promise<void> {
    this.#connected = undefined;
    this.#isOpen = false;
    await Promise.all([publisher.close(), listening.close()]);
  }

  /** All listeners get their queues and consumers; one that cannot, or that takes long, holds up no other. */
  async #setUp(client: AmqpClient): Promise<void> {
    const { keepsTransient, hasPriorities } = abilitiesOf(client);
    this.#keepsTransient = keepsTransient;
    this.#features = { ...this.#features, priority: hasPriorities ? "durable" : "none" };
    const attached = Array.from(this.#subscriptions, (subscription) => subscription.reattach(client));
    await within(this.#options.connectTimeoutMs, Promise.all(attached));
  }

  #opened(): void {
    const connected = this.#connected;
    if (connected === undefined || this.#isOpen) return;
    if (!connected.publisher.connection.isOpen || !connected.listening.isOpen) return;
    this.#isOpen = true;
    connected.host.onStatus("open");
  }

  #lost(cause: unknown): void {
    const { host } = this.#connected ?? {};
    this.#isOpen = false;
    host?.onStatus("reconnecting", cause);
  }

  /** The server takes an event away from a handler that holds it for longer. */
  #checkTimeLimit({ name, timeoutMs }: SubscribeOptions): void {
    const { consumerTimeoutMs } = this.#options;
    if (timeoutMs === undefined || timeoutMs < consumerTimeoutMs) return;
    throw new BusError(
      "LISTENER_INVALID",
      `cannot listen as ${name}: expected timeoutMs below the server's consumer timeout of ${consumerTimeoutMs} ms, got ${timeoutMs} ms`,
    );
  }
}

const connectWithAmqplib: AmqpConnect = (url, options) => connect(url, options);
