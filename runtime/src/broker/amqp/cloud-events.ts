import { outerLimits } from "../../contract/limits.js";
import { decodeStructured, structuredContentType } from "../../serializer/structured-json.js";
import { Bare } from "../bare.js";
import type { Attributes, Message } from "../message.js";
import type { AmqpHeaders, AmqpMessage, AmqpProperties } from "./amqp-client.js";
import { isTooLong } from "./amqp-names.js";

/** While it is being made. */
export type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** What stands before an attribute's name in a header. The CloudEvents binding to AMQP also allows `cloudEvents_`. */
const prefix = "cloudEvents:";

const otherPrefix = "cloudEvents_";

/** Where requests ask for replies: the server puts the requester's own address in its place. */
export const replyQueue = "amq.rabbitmq.reply-to";

const lastSecond: { text: string; value: number | undefined } = { text: "", value: undefined };

/** Header names by attribute, and attributes by header name; programs use few. */
const headerNames = new Map<string, string>();
const attributeNames = new Map<string, string>();

const mostNames = 1_000;

/** Binary mode: attributes are headers, save the content type, and the payload is the body as it is. */
export function propertiesOf(
  message: Message & { readonly expectsReply?: boolean },
  plainPriority?: number,
): Writable<AmqpProperties> {
  const { attributes, type } = message;
  const priority = priorityOf(message, plainPriority);
  const headers: Record<string, string> = Object.create(null);
  for (const name in attributes) {
    if (name === "datacontenttype") continue;
    const value = attributes[name];
    if (value !== undefined) headers[headerNameOf(name)] = value;
  }
  const properties: Writable<AmqpProperties> = { headers, deliveryMode: message.durable ? 2 : 1 };
  if (priority !== undefined) properties.priority = priority;
  const { datacontenttype, id, time } = attributes;
  const seconds = secondsOf(time);
  if (id !== undefined && !isTooLong(id)) properties.messageId = id;
  if (message.expectsReply) {
    properties.replyTo = replyQueue;
    if (properties.messageId !== undefined) properties.correlationId = properties.messageId;
  }
  if (!isTooLong(type)) properties.type = type;
  if (datacontenttype !== undefined) properties.contentType = datacontenttype;
  if (seconds !== undefined) properties.timestamp = seconds;
  return properties;
}

/** RabbitMQ 4.3 takes what has no priority for one of 4: where servers know priorities, it has to be said. */
export function priorityOf(
  { priority, durable }: Message,
  plainPriority: number | undefined,
): number | undefined {
  return priority ?? (durable ? plainPriority : undefined);
}

/** Attributes and payload of a message in either mode; what is no event has no attributes. */
export function readEvent({ properties, content }: AmqpMessage): {
  readonly attributes: Attributes;
  readonly body: Uint8Array;
} {
  const { contentType, headers } = properties;
  if (contentType?.startsWith(structuredContentType)) {
    try {
      return decodeStructured(content, outerLimits);
    } catch {
      return { attributes: Object.create(null), body: content };
    }
  }
  return { attributes: attributesOf(headers ?? {}, contentType), body: content };
}

function attributesOf(headers: AmqpHeaders, contentType: string | undefined): Attributes {
  const attributes = new Bare<string>();
  for (const header in headers) {
    const name = attributeNames.get(header) ?? attributeNameOf(header);
    if (name === undefined) continue;
    const text = textOf(headers[header]);
    if (text !== undefined) attributes[name] = text;
  }
  if (contentType !== undefined) attributes.datacontenttype = contentType;
  return attributes;
}

/** Nothing for a header that is no attribute. */
function attributeNameOf(header: string): string | undefined {
  if (!header.startsWith(prefix) && !header.startsWith(otherPrefix)) return undefined;
  const name = header.slice(prefix.length);
  if (attributeNames.size < mostNames) attributeNames.set(header, name);
  return name;
}

/** The canonical text of an attribute, whose native form other producers may send. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null) return undefined;
  const seconds: unknown = "value" in value ? value.value : undefined;
  if (typeof seconds !== "number" || Math.abs(seconds) > 8.64e12) return undefined;
  return new Date(seconds * 1_000).toISOString();
}

export function headerNameOf(attribute: string): string {
  const known = headerNames.get(attribute);
  if (known !== undefined) return known;
  const header = prefix + attribute;
  if (headerNames.size < mostNames) headerNames.set(attribute, header);
  return header;
}

/** Seconds since 1970; events of one second share the work. */
export function secondsOf(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const isUtc = time.endsWith("Z");
  if (isUtc && lastSecond.text !== "" && time.startsWith(lastSecond.text)) return lastSecond.value;
  const seconds = Math.floor(Date.parse(time) / 1_000);
  lastSecond.text = isUtc ? time.slice(0, 19) : "";
  lastSecond.value = seconds >= 0 ? seconds : undefined;
  return lastSecond.value;
}
