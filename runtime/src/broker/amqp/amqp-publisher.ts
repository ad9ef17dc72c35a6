import { PublishError } from "../../errors.js";
import type { BrokerHost } from "../broker.js";
import type { Message, OutgoingMessage } from "../message.js";
import type { AmqpClient, AmqpMessage, AmqpProperties } from "./amqp-client.js";
import { AmqpConnection } from "./amqp-connection.js";
import { isTooLong, routingKeyOf } from "./amqp-names.js";
import type { ResolvedAmqpOptions } from "./amqp-options.js";
import { declareQueue, onChannel, type Queue } from "./amqp-topology.js";
import { propertiesOf, readEvent } from "./cloud-events.js";
import { type DelayPath, delayPathOf, longestDelayMs } from "./delay-path.js";
import { ChannelClosedError } from "./event-channel.js";
import type { EventFrame } from "./event-frames.js";
import {
  closed,
  describe,
  Publication,
  type PublicationOwner,
  type QueueMessage,
  undelayable,
} from "./publication.js";
import { PublishBacklog } from "./publish-backlog.js";
import { PublishChannels } from "./publish-channels.js";
import { RenewalTimes } from "./renewal-times.js";
import { ReturnedMessages } from "./returned-messages.js";

export interface AmqpPublisherEvents {
  readonly onOpen: () => void;
  readonly onLost: (cause: unknown) => void;
}

/** Channels that were replaced, and are kept for what the server has still to say. */
const mostOld = 5;

/**
 * All that this process sends, over a connection of its own: a server short of memory blocks those that publish in
 * both directions. Waits while the connection is away; what was written on a connection that broke is `unknown`.
 */
export class AmqpPublisher implements PublicationOwner {
  readonly connection: AmqpConnection;
  readonly #exchange: string;
  readonly #host: BrokerHost;
  readonly #backlog = new PublishBacklog();
  readonly returned: ReturnedMessages = new ReturnedMessages();
  readonly #renewals = new RenewalTimes();
  #channels: PublishChannels | undefined;
  /** Those before, oldest first, which may still get confirms and replies. */
  #old: PublishChannels[] = [];
  #isBlocked = false;
  #isClosed = false;
  #unconfirmed = 0;
  #whenFlushed: (() => void)[] = [];

  constructor(options: ResolvedAmqpOptions, host: BrokerHost, events: AmqpPublisherEvents) {
    this.#exchange = options.exchange;
    this.#host = host;
    this.connection = new AmqpConnection("publisher", options, {
      setUp: (client) => this.#open(client),
      onOpen: events.onOpen,
      onLost: (cause) => {
        this.#channels = undefined;
        events.onLost(cause);
      },
      onBlocked: (reason) => this.#block(reason),
    });
  }

  /** Resolves once the server has it, and a queue where one must. @throws PublishError */
  publish(message: OutgoingMessage): Promise<void> {
    const { address, type, durable, kind, delayMs = 0 } = message;
    const routingKey = routingKeyOf(address, type);
    if (isTooLong(routingKey)) {
      const why = "expected address and type of at most 255 bytes together";
      throw new PublishError("PUBLISH_FAILED", `cannot publish ${type} to ${address}: ${why}`, {
        outcome: "refused",
      });
    }
    const mandatory = durable || kind !== "event";
    const delay = delayMs > 0 ? this.#delayPathOf(message, delayMs) : undefined;
    return this.#send({ exchange: this.#exchange, routingKey, mandatory, message, delay });
  }

  reply(message: Message): Promise<void> {
    const { replyTo: queue = "", attributes, body: content } = message;
    const properties = propertiesOf(message);
    if (attributes.inreplyto !== undefined) properties.correlationId = attributes.inreplyto;
    // Whoever asked may have gone.
    return this.#send({ queue, content, properties, mandatory: false });
  }

  /** Puts a message into one queue. @throws PublishError, `PUBLISH_UNROUTABLE` when there is no such queue */
  sendTo(queue: string, content: Uint8Array, properties: AmqpProperties): Promise<void> {
    return this.#send({ queue, content, properties, mandatory: true });
  }

  /** On a channel of its own: the server ends the channel when the queue exists with other arguments. */
  async declare(queue: Queue): Promise<void> {
    const { client } = this.connection;
    if (client === undefined) throw new Error(`cannot declare ${queue.name}: connection is away`);
    await onChannel(client, (channel) => declareQueue(channel, queue));
  }

  /** Resolves when nothing is unconfirmed. */
  flushed(): Promise<void> {
    if (this.#isQuiet) return Promise.resolve();
    return new Promise((resolve) => this.#whenFlushed.push(resolve));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const publication of this.#backlog.clear()) publication.refuse(closed(describe(publication.sent)));
    await this.connection.close();
    this.#channels = undefined;
  }

  onEnd(): void {
    this.#unconfirmed--;
    this.#tellIfQuiet();
  }

  get #isQuiet(): boolean {
    return this.#unconfirmed === 0 && this.#backlog.isEmpty;
  }

  #delayPathOf({ address, type }: OutgoingMessage, delayMs: number): DelayPath {
    if (delayMs <= longestDelayMs) return delayPathOf(delayMs);
    const why = `expected delayMs of at most ${longestDelayMs}, which is 49 days, got ${delayMs}`;
    throw new PublishError("PUBLISH_UNSUPPORTED", `cannot publish ${type} to ${address}: ${why}`, {
      outcome: "refused",
    });
  }

  #send(sent: EventFrame | QueueMessage): Promise<void> {
    if (this.#isClosed) throw closed(describe(sent));
    return new Promise((resolve, reject) => {
      this.#submit(new Publication(sent, this, resolve, reject));
    });
  }

  #submit(publication: Publication): void {
    if (this.#channels !== undefined && !this.#isBlocked) this.#write(this.#channels, publication);
    else this.#backlog.push(publication);
  }

  #write(channels: PublishChannels, publication: Publication): void {
    const { delay } = publication;
    if (delay !== undefined && !channels.delays.has(delay)) {
      void this.#prepare(channels, publication, delay);
      return;
    }
    publication.isWritten = true;
    this.#unconfirmed++;
    try {
      channels.send(publication);
    } catch (error) {
      publication.isWritten = false;
      this.#unconfirmed--;
      if (error instanceof ChannelClosedError) this.#backlog.push(publication);
      else publication.refuse(error);
    }
  }

  /** Makes the queues in which an event is to wait, and writes it then. */
  async #prepare(channels: PublishChannels, publication: Publication, delay: DelayPath): Promise<void> {
    this.#unconfirmed++;
    try {
      await channels.delays.make(delay);
      if (!publication.isCancelled) this.#submit(publication);
    } catch (error) {
      if (this.#isClosed) publication.refuse(closed(describe(publication.sent)));
      // Another connection will do.
      else if (this.#channels !== channels) this.#submit(publication);
      else publication.refuse(undelayable(publication.sent, error));
    }
    this.onEnd();
  }

  /**
   * A channel of RabbitMQ remembers where the leader of each queue was. When that node has died it refuses all that is
   * published, for good, so a new channel takes its place; requests still get their replies on the old one.
   */
  onNack(): void {
    const { client } = this.connection;
    if (client !== undefined && !this.#isClosed && this.#renewals.isDue(Date.now())) void this.#renew(client);
  }

  async #renew(client: AmqpClient): Promise<void> {
    try {
      const channels = await this.#openChannels(client);
      if (this.connection.client !== client || this.#channels === undefined) return;
      this.#old.push(this.#channels);
      if (this.#old.length > mostOld) void this.#old.shift()?.close();
      this.#channels = channels;
    } catch (error) {
      this.#host.onReport(error);
    }
  }

  async #open(client: AmqpClient): Promise<void> {
    this.returned.clear();
    this.#old = [];
    const channels = await this.#openChannels(client);
    this.#isBlocked = false;
    this.#channels = channels;
    this.#writeBacklog();
  }

  #openChannels(client: AmqpClient): Promise<PublishChannels> {
    return PublishChannels.open(client, this.#exchange, {
      onReply: (raw) => this.#host.onReply(readReply(raw)),
      onReturn: (raw) => this.returned.add(raw),
      onError: (error) => this.#host.onReport(error),
      onClose: (ended) => this.#channelEnded(ended),
    });
  }

  /** A channel that the server ended alone is as good as a connection that is lost. */
  #channelEnded(ended: PublishChannels): void {
    if (this.#channels !== ended) return;
    this.#channels = undefined;
    this.connection.drop();
  }

  #block(reason: string | undefined): void {
    this.#isBlocked = reason !== undefined;
    if (!this.#isBlocked) this.#writeBacklog();
  }

  #writeBacklog(): void {
    const channels = this.#channels;
    if (channels === undefined || this.#isBlocked) return;
    for (const publication of this.#backlog.clear()) this.#write(channels, publication);
    this.#tellIfQuiet();
  }

  #tellIfQuiet(): void {
    if (this.#whenFlushed.length === 0 || !this.#isQuiet) return;
    for (const resolve of this.#whenFlushed.splice(0)) resolve();
  }
}

function readReply(raw: AmqpMessage): Message {
  const { attributes, body } = readEvent(raw);
  const type = attributes.type ?? "";
  return { address: "", channel: "", durable: false, kind: "reply", type, attributes, body };
}
