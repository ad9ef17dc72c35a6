import { Buffer } from "node:buffer";
import { outerLimits } from "../../contract/limits.js";
import { decodeStructured, encodeStructured } from "../../serializer/structured-json.js";
import type { Attributes, Message } from "../message.js";

/** The extension attributes of a request on the wire that are no headers. */
const replyToAttribute = "ewreplyto";
const addressAttribute = "ewaddress";

/**
 * What stands before the payload in a document of ours. The tab, which other producers hardly write, says that the
 * payload is the last member: then it can be cut out instead of being parsed twice. Quotes inside strings are escaped,
 * so it stands in none.
 */
const dataMark = ',\t"data":';
const dataMarkBytes = Buffer.from(dataMark);

/** What the entry or the Pub/Sub channel says of a message that its document does not. */
export interface Place {
  readonly address: string;
  readonly channel: string;
  readonly durable: boolean;
  readonly kind: Message["kind"];
}

/**
 * One message as a CloudEvents document (`application/cloudevents+json`). `address` is given where the place on the
 * server does not tell it.
 */
export function encodeMessage(message: Message, address?: string, replyTo?: string): Buffer {
  const { attributes, body } = message;
  const routed =
    address === undefined && replyTo === undefined ? attributes : withRoute(attributes, address, replyTo);
  if (body.length > 0 && !isJson(attributes.datacontenttype))
    return Buffer.from(encodeStructured(routed, body));
  const head = JSON.stringify(routed);
  if (body.length === 0) return Buffer.from(head);
  const open = head.slice(0, -1) + dataMark;
  const openLength = Buffer.byteLength(open);
  const document = Buffer.allocUnsafe(openLength + body.length + 1);
  document.write(open);
  document.set(body, openLength);
  document[document.length - 1] = 0x7d;
  return document;
}

/** The message of a document; for what is no CloudEvents document one of no type, which holds the bytes as they are. */
export function decodeDocument(document: Buffer, place: Place): Message {
  try {
    return decodeMessage(document, place);
  } catch {
    return { ...place, type: "", attributes: {}, body: document };
  }
}

function decodeMessage(document: Buffer, place: Place): Message {
  const { attributes, body } = splitDocument(document);
  const { [replyToAttribute]: replyTo, [addressAttribute]: address, ...others } = attributes;
  const isRequest = place.kind === "command" || place.kind === "query";
  const type = attributes.type ?? "";
  if (address === undefined && replyTo === undefined) return { ...place, type, attributes, body };
  const own = Object.assign(Object.create(null), others);
  return {
    ...place,
    address: address ?? place.address,
    type,
    attributes: own,
    body,
    ...(isRequest && replyTo !== undefined ? { replyTo } : {}),
  };
}

function splitDocument(document: Buffer): { attributes: Attributes; body: Uint8Array } {
  const at = document.indexOf(dataMarkBytes);
  if (at === -1) return decodeStructured(document, outerLimits);
  const attributes: Record<string, string> = Object.create(null);
  const head: unknown = JSON.parse(`${document.toString("utf8", 0, at)}}`);
  for (const [name, value] of Object.entries(typeof head === "object" && head !== null ? head : {})) {
    attributes[name] = String(value);
  }
  return { attributes, body: document.subarray(at + dataMark.length, -1) };
}

function withRoute(
  attributes: Attributes,
  address: string | undefined,
  replyTo: string | undefined,
): Attributes {
  return {
    ...attributes,
    ...(address === undefined ? {} : { [addressAttribute]: address }),
    ...(replyTo === undefined ? {} : { [replyToAttribute]: replyTo }),
  };
}

function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || /^[^;]*[/+]json\b/.test(contentType);
}
