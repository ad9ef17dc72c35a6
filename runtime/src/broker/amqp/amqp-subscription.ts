import { BrokerError } from "../../errors.js";
import type { BrokerSubscription, DeadLetter, Delivery, Redelivery, SubscribeOptions } from "../broker.js";
import type { AmqpChannel, AmqpClient, AmqpMessage } from "./amqp-client.js";
import { AmqpDelivery, ownHeaders, withOwnHeaders } from "./amqp-delivery.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import { declareTopology, queueExists, type Topology } from "./amqp-topology.js";
import { Backoff, pause } from "./backoff.js";
import { writeDeadLetter } from "./dead-letter-header.js";
import { Settles } from "./settles.js";
import { WaitQueues } from "./wait-queues.js";

export interface SubscriptionParts {
  readonly publisher: AmqpPublisher;
  readonly exchange: string;
  readonly prefetch: number;
  /** The connection for listeners, when there is one. */
  readonly client: () => AmqpClient | undefined;
  readonly report: (error: unknown) => void;
}

/** How long `close` waits for retries and dead letters that are on their way. */
const movesTimeoutMs = 5_000;

/** A listener's queue and its channel, which is made anew as often as need be. */
export class AmqpSubscription implements BrokerSubscription {
  readonly options: SubscribeOptions;
  readonly topology: Topology;
  readonly waitQueues: WaitQueues;
  readonly #parts: SubscriptionParts;
  readonly #onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void;
  readonly #ended = new AbortController();
  readonly #backoff = new Backoff();
  /** Events on their way to another queue. */
  readonly #moves = new Set<Promise<void>>();
  #channel: AmqpChannel | undefined;
  #settles: Settles | undefined;
  #consumerTag = "";
  #wasAttached = false;
  #isStopped = false;
  #stopping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #unsettled = 0;

  constructor(
    options: SubscribeOptions,
    topology: Topology,
    parts: SubscriptionParts,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ) {
    this.options = options;
    this.topology = topology;
    this.waitQueues = new WaitQueues(topology, parts.publisher);
    this.#parts = parts;
    this.#onDelivery = onDelivery;
  }

  get consuming(): boolean {
    return this.#channel !== undefined && !this.#isStopped;
  }

  /** Deliveries of the present channel that are not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /**
   * Resolves once it consumes; while the connection is away it waits.
   *
   * @throws BrokerError when the server refuses what it needs, for instance because a queue exists with other arguments
   */
  async begin(): Promise<void> {
    for (;;) {
      const client = this.#parts.client();
      if (client !== undefined && this.#channel === undefined) {
        try {
          await this.#attach(client);
        } catch (error) {
          if (isRefusal(error)) throw this.#problem("cannot consume", error);
        }
      }
      if (this.#channel !== undefined) return;
      if (this.#ended.signal.aborted) throw this.#problem("cannot consume", new Error("broker is closed"));
      await this.#backoff.wait(this.#ended.signal);
    }
  }

  /** To be called with each new connection; a failure is reported, and tried again. */
  async reattach(client: AmqpClient): Promise<void> {
    try {
      await this.#attach(client);
    } catch (error) {
      this.#parts.report(this.#problem("cannot consume", error));
      void this.#restore();
    }
  }

  /** Declares what it needs and consumes. @throws Error of the server */
  async #attach(client: AmqpClient): Promise<void> {
    const { exchange, prefetch } = this.#parts;
    const channel = await client.createChannel();
    let cause: unknown;
    channel.on("error", (error) => {
      cause = error;
    });
    channel.on("close", () => this.#lost(channel, cause));
    const isGone =
      this.#wasAttached && this.topology.lasting && !(await queueExists(client, this.topology.queue.name));
    await declareTopology(channel, exchange, this.topology);
    if (isGone)
      this.#parts.report(
        this.#problem(
          "lost its queue",
          new Error(
            `the server had no ${this.topology.queue.name}; it was made again, and what it held is gone`,
          ),
        ),
      );
    await channel.prefetch(prefetch);
    if (this.#isStopped) return channel.close();
    const settles = new Settles(channel);
    this.#channel = channel;
    this.#settles = settles;
    this.#unsettled = 0;
    const { queue } = this.topology;
    const { consumerTag } = await channel.consume(queue.name, (raw) => this.#receive(channel, settles, raw));
    this.#consumerTag = consumerTag;
    this.#wasAttached = true;
    this.#backoff.reset();
  }

  ack(delivery: Delivery): void {
    if (this.#take(delivery)) this.#acknowledge(delivery);
  }

  release(delivery: Delivery): void {
    if (!this.#take(delivery)) return;
    delivery.settles.giveBack(delivery.raw.fields.deliveryTag);
    this.#settled(delivery);
  }

  retry(delivery: Delivery, redelivery: Redelivery): void {
    if (!this.#take(delivery)) return;
    this.#track(this.#moveToRetry(delivery, redelivery));
  }

  async deadLetter(delivery: Delivery, letter: DeadLetter): Promise<void> {
    if (!this.#take(delivery)) return;
    const { dead } = this.topology;
    if (dead === undefined) return this.#acknowledge(delivery);
    const stored = this.#moveToDead(delivery, letter, dead.name);
    this.#track(stored.catch(() => {}));
    return stored;
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    // Sent before anything that is given back from here on, so that none of it comes here again.
    this.#stopping ??= this.#channel?.cancel(this.#consumerTag).then(
      () => {},
      () => {}, // the channel has ended, and the consumer with it
    );
    return this.#stopping ?? Promise.resolve();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.stop();
    await Promise.race([Promise.all(this.#moves), pause(movesTimeoutMs, this.#ended.signal)]);
    this.#ended.abort();
    const channel = this.#channel;
    this.#channel = undefined;
    this.#settles?.flush();
    this.#settles?.end();
    if (channel === undefined) return;
    const { queue, dead, lasting } = this.topology;
    try {
      if (lasting && this.options.scope === "broadcast") {
        for (const { name } of dead === undefined ? [queue] : [queue, dead]) await channel.deleteQueue(name);
      }
      await channel.close();
    } catch {
      // The connection is gone, and with it the channel.
    }
  }

  #receive(channel: AmqpChannel, settles: Settles, raw: AmqpMessage | null): void {
    if (raw === null) {
      this.#cancelled(channel);
      return;
    }
    if (this.#isStopped) {
      settles.giveBack(raw.fields.deliveryTag);
      return;
    }
    const delivery = new AmqpDelivery(raw, settles, this.options);
    this.#unsettled++;
    // What is durable and not wanted came here by mistake: its dead letter says so.
    if (!this.options.durable && !this.options.wants(delivery.message.type)) this.ack(delivery);
    else this.#onDelivery(delivery, this);
  }

  /** Whether the delivery is still to be settled, and on the present channel. */
  #take(delivery: Delivery): delivery is AmqpDelivery {
    if (!(delivery instanceof AmqpDelivery) || delivery.isSettled) return false;
    delivery.isSettled = true;
    return delivery.settles === this.#settles;
  }

  #acknowledge(delivery: AmqpDelivery): void {
    delivery.settles.ack(delivery.raw.fields.deliveryTag);
    this.#settled(delivery);
  }

  #settled(delivery: AmqpDelivery): void {
    if (delivery.settles === this.#settles) this.#unsettled--;
  }

  #track(move: Promise<void>): void {
    this.#moves.add(move);
    void move.finally(() => this.#moves.delete(move));
  }

  /** Tries until the copy is stored; when the channel ends before, the server gives the original again. */
  async #moveToRetry(
    delivery: AmqpDelivery,
    { delayMs, attempts, firstFailedAt }: Redelivery,
  ): Promise<void> {
    const { address } = delivery.message;
    const headers = {
      [ownHeaders.address]: address,
      [ownHeaders.attempts]: attempts,
      [ownHeaders.firstFailedAt]: firstFailedAt,
    };
    const properties = withOwnHeaders(delivery.raw, headers);
    const backoff = new Backoff();
    while (delivery.settles === this.#settles) {
      try {
        await this.#sendBack(delivery, properties, delayMs);
        this.#acknowledge(delivery);
        return;
      } catch (error) {
        this.waitQueues.forget();
        this.#parts.report(error);
        await backoff.wait(this.#ended.signal);
        if (this.#ended.signal.aborted) return;
      }
    }
  }

  async #sendBack(
    { raw }: AmqpDelivery,
    properties: ReturnType<typeof withOwnHeaders>,
    delayMs: number,
  ): Promise<void> {
    const { publisher } = this.#parts;
    if (delayMs <= 0) return publisher.sendTo(this.topology.queue.name, raw.content, properties);
    const { queue, expiration } = await this.waitQueues.ready(delayMs);
    return publisher.sendTo(queue, raw.content, { ...properties, expiration });
  }

  async #moveToDead(delivery: AmqpDelivery, letter: DeadLetter, queue: string): Promise<void> {
    const { raw, message } = delivery;
    const headers = {
      [ownHeaders.address]: message.address,
      [ownHeaders.deadLetter]: writeDeadLetter(letter),
    };
    try {
      await this.#sendToDead(queue, raw.content, withOwnHeaders(raw, headers));
      this.#acknowledge(delivery);
    } catch (error) {
      delivery.isSettled = false;
      throw error;
    }
  }

  /** A queue that somebody has deleted is made again. */
  async #sendToDead(
    queue: string,
    content: Uint8Array,
    properties: ReturnType<typeof withOwnHeaders>,
  ): Promise<void> {
    const { publisher } = this.#parts;
    const { dead } = this.topology;
    try {
      await publisher.sendTo(queue, content, properties);
    } catch {
      if (dead !== undefined) await publisher.declare(dead);
      await publisher.sendTo(queue, content, properties);
    }
  }

  /** The server has ended the consumer: its queue was deleted, or its leader has moved. */
  #cancelled(channel: AmqpChannel): void {
    if (this.#channel !== channel || this.#isStopped) return;
    const { queue } = this.topology;
    this.#lost(channel, new Error(`the server ended the consumer of ${queue.name}; was the queue deleted?`));
    channel.close().catch(() => {}); // it has ended meanwhile
  }

  #lost(channel: AmqpChannel, cause: unknown): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    this.#settles?.end();
    this.#settles = undefined;
    if (cause === undefined || this.#ended.signal.aborted) return;
    this.#parts.report(this.#problem("lost its channel", cause));
    void this.#restore();
  }

  /** Attaches again; without a connection, whoever has the next one does. */
  async #restore(): Promise<void> {
    while (!this.#isStopped) {
      await this.#backoff.wait(this.#ended.signal);
      const client = this.#parts.client();
      if (client === undefined || this.#isStopped || this.#channel !== undefined) return;
      try {
        await this.#attach(client);
        return;
      } catch (error) {
        this.#parts.report(this.#problem("cannot consume", error));
      }
    }
  }

  #problem(what: string, cause: unknown): BrokerError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { name } = this.options;
    return new BrokerError("BROKER_FAILED", `${name} ${what}: ${reason}`, { cause });
  }
}

/** Answers of the server to what it will never do: no access, not found, locked, another queue of that name. */
function isRefusal(error: unknown): boolean {
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "number" && code >= 400 && code < 500;
}
