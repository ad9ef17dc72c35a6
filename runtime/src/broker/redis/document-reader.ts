import { Buffer } from "node:buffer";
import { outerLimits } from "../../contract/limits.js";
import { decodeStructured } from "../../serializer/structured-json.js";
import type { Attributes, Message } from "../message.js";
import { HeadReader } from "./head-reader.js";
import { addressAttribute, dataMark, replyToAttribute } from "./wire-format.js";

/** What the entry or the Pub/Sub channel says of a message that its document does not. */
export interface Place {
  readonly address: string;
  readonly channel: string;
  readonly durable: boolean;
  readonly kind: Message["kind"];
}

const dataMarkBytes = Buffer.from(dataMark);

/** Reads what a DocumentWriter has written, and documents of other producers. */
export class DocumentReader {
  readonly #heads = new HeadReader();

  /** The message of a document; for what is no CloudEvents document one of no type, which holds the bytes as they are. */
  read(document: Buffer, place: Place): Message {
    try {
      return this.#read(document, place);
    } catch {
      return { ...place, type: "", attributes: {}, body: document };
    }
  }

  #read(document: Buffer, { address, channel, durable, kind }: Place): Message {
    const { attributes, body } = this.#split(document);
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

  #split(document: Buffer): { readonly attributes: Attributes; readonly body: Uint8Array } {
    const known = this.#heads.read(document);
    if (known !== undefined)
      return { attributes: known.attributes, body: document.subarray(known.bodyAt, -1) };
    const at = document.indexOf(dataMarkBytes);
    const attributes: unknown = at === -1 ? undefined : JSON.parse(`${document.toString("utf8", 0, at)}}`);
    if (!isAttributes(attributes)) return decodeStructured(document, outerLimits);
    this.#heads.learn(attributes);
    return { attributes, body: document.subarray(at + dataMark.length, -1) };
  }
}

/** Whether it is what ours look like. */
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
