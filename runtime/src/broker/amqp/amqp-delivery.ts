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
  /** Of a message that is no event, but says that a suspect waits for its trial. */
  summons: "eventwright-summons",
} as const;

/** Headers that RabbitMQ adds, and those by which it sends a message to further queues. */
const ofServer = /^(?:CC|BCC|x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count)$/;

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
    this.raw = raw;
    this.settles = settles;
    this.message = readMessage(raw, options);
    this.returns = returnsOf(raw);
    this.attempt = 1 + numberIn(raw, "attempts") + this.returns;
    const firstFailedAt = numberIn(raw, "firstFailedAt");
    this.firstFailedAt = firstFailedAt === 0 ? undefined : firstFailedAt;
  }

  /** No event, but the word that a suspect waits for its trial. */
  get isSummons(): boolean {
    return readOwnHeader(this.raw, "summons") !== undefined;
  }
}

export function readMessage(
  raw: AmqpMessage,
  { channel, durable, kind }: Pick<Message, "channel" | "durable" | "kind">,
): Message {
  const { attributes, body } = readEvent(raw);
  const { replyTo } = raw.properties;
  const address = readOwnHeader(raw, "address");
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

/** What this broker has noted. Only what went to a queue directly can have it: whoever publishes events has no say in it. */
export function readOwnHeader({ fields, properties }: AmqpMessage, name: keyof typeof ownHeaders): unknown {
  return fields.exchange === "" ? properties.headers?.[ownHeaders[name]] : undefined;
}

/**
 * The message as it came, for another queue of its listener: with these headers of ours, and without what the server
 * would act upon or has added itself.
 */
export function withOwnHeaders(raw: AmqpMessage, own: AmqpHeaders): AmqpProperties {
  const headers: Record<string, unknown> = Object.create(null);
  const given = raw.properties.headers ?? {};
  for (const name in given) {
    if (!ofServer.test(name) && !name.startsWith("eventwright-")) headers[name] = given[name];
  }
  // The server holds the user's name against ours, and would let the copy expire.
  const { expiration: _expiration, userId: _userId, ...kept } = raw.properties;
  const properties: Writable<AmqpProperties> = { ...kept, deliveryMode: 2 };
  properties.headers = Object.assign(headers, own);
  return properties;
}

/** Only quorum queues count; others tell whether it was the first time. */
function returnsOf({ properties, fields }: AmqpMessage): number {
  const counted: unknown = properties.headers?.["x-delivery-count"];
  if (typeof counted === "number") return counted;
  return fields.redelivered ? 1 : 0;
}

/** No later than any date can be. */
const greatest = 8.64e15;

function numberIn(raw: AmqpMessage, name: "attempts" | "firstFailedAt"): number {
  const value = readOwnHeader(raw, name);
  return typeof value === "number" && value > 0 && value <= greatest ? value : 0;
}
