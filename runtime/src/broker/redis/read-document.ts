import { Buffer } from "node:buffer";
import { outerLimits } from "../../contract/limits.js";
import { decodeStructured } from "../../serializer/structured-json.js";
import type { Attributes, Message } from "../message.js";
import { addressAttribute, dataMark, replyToAttribute } from "./wire-format.js";

/** What the entry or the Pub/Sub channel says of a message that its document does not. */
export interface Place {
  readonly address: string;
  readonly channel: string;
  readonly durable: boolean;
  readonly kind: Message["kind"];
}

const dataMarkBytes = Buffer.from(dataMark);

/** The message of a document; for what is no CloudEvents document one of no type, which holds the bytes as they are. */
export function readDocument(document: Buffer, place: Place): Message {
  try {
    return readMessage(document, place);
  } catch {
    return { ...place, type: "", attributes: {}, body: document };
  }
}

function readMessage(document: Buffer, { address, channel, durable, kind }: Place): Message {
  const { attributes, body } = splitDocument(document);
  const { type = "" } = attributes;
  const replyTo = attributes[replyToAttribute];
  const ownAddress = attributes[addressAttribute];
  if (ownAddress === undefined && replyTo === undefined)
    return { address, channel, durable, kind, type, attributes, body };
  return {
    address: ownAddress ?? address,
    channel,
    durable,
    kind,
    type,
    attributes: withoutRoute(attributes),
    body,
    replyTo: kind === "command" || kind === "query" ? replyTo : undefined,
  };
}

function splitDocument(document: Buffer): { readonly attributes: Attributes; readonly body: Uint8Array } {
  const at = document.indexOf(dataMarkBytes);
  const attributes = at === -1 ? undefined : readAttributes(`${document.toString("utf8", 0, at)}}`);
  if (attributes === undefined) return decodeStructured(document, outerLimits);
  return { attributes, body: document.subarray(at + dataMark.length, -1) };
}

/** Nothing for what ours never looks like. */
function readAttributes(head: string): Attributes | undefined {
  const attributes: unknown = JSON.parse(head);
  return isAttributes(attributes) ? attributes : undefined;
}

function isAttributes(value: unknown): value is Attributes {
  if (typeof value !== "object" || value === null) return false;
  let required = 0;
  for (const name in value) {
    const text: unknown = Reflect.get(value, name);
    if (typeof text !== "string") return false;
    if (name === "id" || name === "source" || name === "type") required++;
    else if (name === "specversion" && text === "1.0") required++;
  }
  return required === 4;
}

function withoutRoute(attributes: Attributes): Attributes {
  const others: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== addressAttribute && name !== replyToAttribute) others[name] = value;
  }
  return others;
}
