import type { Delivery, SubscribeOptions } from "../broker.js";
import type { Message } from "../message.js";
import type { AmqpHeaders, AmqpMessage, AmqpProperties } from "./amqp-client.js";
import { addressOf } from "./amqp-names.js";
import { readEvent, type Writable } from "./cloud-events.js";
import type { Settles } from "./settles.js";

/** Headers that this broker adds when it sends an event to a listener's own queues; none of them leaves those. */
export const ownHeaders = {
  /** Where it was published to. */
  address: "eventwright-address",
  /** Attempts made before it was sent. */
  attempts: "eventwright-attempts",
  /** Milliseconds since 1970. */
  firstFailedAt: "eventwright-first-failed",
  deadLetter: "eventwright-dead-letter",
  /** Of an event that is suspected to kill its process: how often it came back from being handled alone. */
  lonelyReturns: "eventwright-lonely-returns",
} as const;

/** Replies go to no other queues: a request cannot make us publish elsewhere. */
const directReplies = "amq.rabbitmq.reply-to.";

/** One arrival, on one life of a listener's channel. */
export class AmqpDelivery implements Delivery {
  readonly message: Message;
  readonly attempt: number;
  readonly firstFailedAt: number | undefined;
  /** How often it was held by somebody who died or gave it back, as the server counts since it was last sent. */
  readonly returns: number;
  readonly raw: AmqpMessage;
  readonly settles: Settles;
  /** A second settle has no effect. */
  isSettled = false;

  constructor(raw: AmqpMessage, settles: Settles, options: SubscribeOptions) {
    const headers = raw.properties.headers ?? {};
    this.raw = raw;
    this.settles = settles;
    this.message = readMessage(raw, options);
    this.returns = returnsOf(raw);
    this.attempt = 1 + numberIn(headers, ownHeaders.attempts) + this.returns;
    const firstFailedAt = numberIn(headers, ownHeaders.firstFailedAt);
    this.firstFailedAt = firstFailedAt === 0 ? undefined : firstFailedAt;
  }
}

export function readMessage(
  raw: AmqpMessage,
  { channel, durable, kind }: Pick<Message, "channel" | "durable" | "kind">,
): Message {
  const { attributes, body } = readEvent(raw);
  const { replyTo, headers } = raw.properties;
  const address: unknown = headers?.[ownHeaders.address];
  return {
    address: typeof address === "string" ? address : addressOf(raw.fields.routingKey),
    channel,
    durable,
    kind,
    type: attributes.type ?? "",
    attributes,
    body,
    replyTo: kind !== "event" && replyTo?.startsWith(directReplies) ? replyTo : undefined,
  };
}

/** The message as it came, for another queue of its listener: with these headers of ours and none of the server's. */
export function withOwnHeaders(raw: AmqpMessage, own: AmqpHeaders): AmqpProperties {
  const headers: Record<string, unknown> = Object.create(null);
  const given = raw.properties.headers ?? {};
  for (const name in given) {
    if (!name.startsWith("x-") && !isOwn(name)) headers[name] = given[name];
  }
  const properties: Writable<AmqpProperties> = { ...raw.properties, deliveryMode: 2 };
  delete properties.expiration;
  properties.headers = Object.assign(headers, own);
  return properties;
}

/** Only quorum queues count; others tell whether it was the first time. */
function returnsOf({ properties, fields }: AmqpMessage): number {
  const counted: unknown = properties.headers?.["x-delivery-count"];
  if (typeof counted === "number") return counted;
  return fields.redelivered ? 1 : 0;
}

function numberIn(headers: AmqpHeaders, name: string): number {
  const value = headers[name];
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function isOwn(name: string): boolean {
  return name.startsWith("eventwright-");
}
