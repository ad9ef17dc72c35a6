import { PublishError } from "../../errors.js";
import type { BrokerHost } from "../broker.js";
import type { Message, OutgoingMessage } from "../message.js";
import type {
  AmqpChannel,
  AmqpClient,
  AmqpConfirmChannel,
  AmqpMessage,
  AmqpProperties,
} from "./amqp-client.js";
import { AmqpConnection } from "./amqp-connection.js";
import { isTooLong, routingKeyOf } from "./amqp-names.js";
import type { ResolvedAmqpOptions } from "./amqp-options.js";
import { declareExchange, declareQueue, openChannel, type Queue } from "./amqp-topology.js";
import { propertiesOf, readEvent } from "./cloud-events.js";
import { PublishBacklog } from "./publish-backlog.js";

/** What goes to the server. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Uint8Array;
  readonly properties: AmqpProperties;
  /** The server says when no queue takes it. */
  readonly mandatory: boolean;
}

/** One publish that the server has not confirmed. */
export interface Publication {
  /** For messages. */
  readonly what: string;
  readonly make: () => Outgoing;
  /** What the publisher and the bus tell each other. */
  readonly state: { readonly cancelled: boolean; written: boolean };
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const replyQueue = "amq.rabbitmq.reply-to";

/**
 * All that this process sends, over a connection of its own: a server short of memory blocks those that publish in
 * both directions. Waits while the connection is away; what was written on a connection that broke is `unknown`.
 */
export class AmqpPublisher {
  readonly connection: AmqpConnection;
  readonly #options: ResolvedAmqpOptions;
  readonly #host: BrokerHost;
  readonly #backlog = new PublishBacklog();
  /** By address and id: publishes that the server has given back, before it confirms them. */
  readonly #returned = new Map<string, number>();
  #channel: AmqpConfirmChannel | undefined;
  #isBlocked = false;
  #isClosed = false;
  #unconfirmed = 0;
  #whenFlushed: (() => void)[] = [];

  constructor(
    options: ResolvedAmqpOptions,
    host: BrokerHost,
    events: { onOpen(): void; onLost(cause: unknown): void },
  ) {
    this.#options = options;
    this.#host = host;
    this.connection = new AmqpConnection("publisher", options, {
      setUp: (client) => this.#open(client),
      onOpen: events.onOpen,
      onLost: (cause) => {
        this.#channel = undefined;
        events.onLost(cause);
      },
      onBlocked: (reason) => this.#block(reason),
    });
  }

  /** Resolves once the server has it, and a queue where one must. @throws PublishError */
  publish(message: OutgoingMessage): Promise<void> {
    const routingKey = routingKeyOf(message.address, message.type);
    const what = `${message.type} to ${message.address}`;
    if (isTooLong(routingKey)) {
      const why = "expected address and type of at most 255 bytes together";
      throw new PublishError("PUBLISH_FAILED", `cannot publish ${what}: ${why}`, { outcome: "refused" });
    }
    const make = (): Outgoing => ({
      exchange: this.#options.exchange,
      routingKey,
      content: message.body,
      properties: message.expectsReply ? withReplyTo(message) : propertiesOf(message),
      mandatory: message.durable || message.kind !== "event",
    });
    return this.#send(what, make, message);
  }

  reply(message: Message): Promise<void> {
    const { replyTo = "", attributes, body: content } = message;
    const properties = propertiesOf(message);
    if (attributes.inreplyto !== undefined) properties.correlationId = attributes.inreplyto;
    const make = (): Outgoing => ({
      exchange: "",
      routingKey: replyTo,
      content,
      properties,
      mandatory: false,
    });
    return this.#send(`${message.type} as reply`, make, newState());
  }

  /** Puts a message into one queue. @throws PublishError, `PUBLISH_UNROUTABLE` when there is no such queue */
  sendTo(queue: string, content: Uint8Array, properties: AmqpProperties): Promise<void> {
    const make = (): Outgoing => ({ exchange: "", routingKey: queue, content, properties, mandatory: true });
    return this.#send(queue, make, newState());
  }

  /** On a channel of its own: a queue that exists otherwise costs the server's trust in that channel only. */
  async declare(queue: Queue): Promise<void> {
    const { client } = this.connection;
    if (client === undefined) throw new Error(`cannot declare ${queue.name}: connection is away`);
    const channel = await openChannel(client);
    await declareQueue(channel, queue);
    await channel.close();
  }

  /** Resolves when nothing is unconfirmed. */
  flushed(): Promise<void> {
    if (this.#unconfirmed === 0 && this.#backlog.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenFlushed.push(resolve));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { what, reject } of this.#backlog.clear()) reject(closed(what));
    await this.connection.close();
    this.#channel = undefined;
  }

  #send(what: string, make: () => Outgoing, state: Publication["state"]): Promise<void> {
    if (this.#isClosed) throw closed(what);
    return new Promise((resolve, reject) => {
      const publication = { what, make, state, resolve, reject };
      if (this.#channel !== undefined && !this.#isBlocked) this.#write(this.#channel, publication);
      else this.#backlog.push(publication);
    });
  }

  #write(channel: AmqpConfirmChannel, publication: Publication): void {
    const { what, state, make, reject } = publication;
    try {
      const outgoing = make();
      const { exchange, routingKey, content, properties, mandatory } = outgoing;
      state.written = true;
      channel.publish(exchange, routingKey, asBuffer(content), { ...properties, mandatory }, (error) =>
        this.#confirmed(publication, outgoing, error),
      );
      this.#unconfirmed++;
    } catch (error) {
      state.written = false;
      if (this.#channel !== channel || isClosedChannel(error)) this.#backlog.push(publication);
      else reject(refusal(what, error));
    }
  }

  #confirmed({ what, resolve, reject }: Publication, outgoing: Outgoing, error: unknown): void {
    this.#unconfirmed--;
    if (error) reject(unknown(what, error));
    else if (this.#returned.size > 0 && this.#wasReturned(outgoing)) reject(unroutable(what));
    else resolve();
    if (this.#unconfirmed === 0) this.#onQuiet();
  }

  #wasReturned({ routingKey, properties }: Outgoing): boolean {
    const key = pairingKey(routingKey, properties.messageId);
    const count = this.#returned.get(key) ?? 0;
    if (count > 1) this.#returned.set(key, count - 1);
    else this.#returned.delete(key);
    return count > 0;
  }

  async #open(client: AmqpClient): Promise<void> {
    const channel = await client.createConfirmChannel();
    this.#returned.clear();
    channel.on("return", ({ fields, properties }) => {
      const key = pairingKey(fields.routingKey, properties.messageId);
      this.#returned.set(key, (this.#returned.get(key) ?? 0) + 1);
    });
    channel.on("error", (error) => this.#host.onReport(error));
    channel.on("close", () => this.#channelEnded(channel));
    await declareExchange(channel, this.#options.exchange);
    await this.#takeReplies(channel);
    this.#isBlocked = false;
    this.#channel = channel;
    this.#writeBacklog();
  }

  /** Direct reply-to: the server sends replies to the channel that the request came from. */
  #takeReplies(channel: AmqpChannel): Promise<unknown> {
    const onMessage = (raw: AmqpMessage | null): void => {
      if (raw === null) return;
      const { attributes, body } = readEvent(raw);
      const type = attributes.type ?? "";
      this.#host.onReply({ address: "", channel: "", durable: false, kind: "reply", type, attributes, body });
    };
    return channel.consume(replyQueue, onMessage, { noAck: true });
  }

  /** A channel that the server ended alone is as good as a connection that is lost. */
  #channelEnded(channel: AmqpConfirmChannel): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    this.connection.drop();
  }

  #block(reason: string | undefined): void {
    this.#isBlocked = reason !== undefined;
    if (!this.#isBlocked) this.#writeBacklog();
  }

  #writeBacklog(): void {
    const channel = this.#channel;
    if (channel === undefined || this.#isBlocked) return;
    for (const publication of this.#backlog.clear()) this.#write(channel, publication);
    this.#onQuiet();
  }

  #onQuiet(): void {
    if (this.#unconfirmed > 0 || this.#backlog.size > 0) return;
    for (const resolve of this.#whenFlushed.splice(0)) resolve();
  }
}

function withReplyTo(message: Message): AmqpProperties {
  const properties = propertiesOf(message);
  properties.replyTo = replyQueue;
  if (properties.messageId !== undefined) properties.correlationId = properties.messageId;
  return properties;
}

function newState(): Publication["state"] {
  return { cancelled: false, written: false };
}

function pairingKey(routingKey: string, messageId: string | undefined): string {
  return `${routingKey} ${messageId ?? ""}`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isClosedChannel(error: unknown): boolean {
  return error instanceof Error && error.name === "IllegalOperationError";
}

function closed(what: string): PublishError {
  return new PublishError("PUBLISH_CLOSED", `cannot publish ${what}: broker is closed`, {
    outcome: "refused",
  });
}

function refusal(what: string, cause: unknown): unknown {
  if (!(cause instanceof RangeError)) return cause;
  const why = "expected headers of at most 64 KiB together";
  return new PublishError("PUBLISH_TOO_LARGE", `cannot publish ${what}: ${why}`, {
    outcome: "refused",
    cause,
  });
}

function unroutable(what: string): PublishError {
  return new PublishError("PUBLISH_UNROUTABLE", `cannot publish ${what}: no listener is known there`, {
    outcome: "refused",
  });
}

/** A message that the server did not confirm may lie in one of several queues all the same. */
function unknown(what: string, cause: unknown): PublishError {
  const isNack = cause instanceof Error && cause.message === "message nacked";
  const why = isNack
    ? "the server could not store it in all queues"
    : "the connection was lost before the server confirmed it";
  return new PublishError("PUBLISH_FAILED", `cannot publish ${what}: ${why}`, { outcome: "unknown", cause });
}
