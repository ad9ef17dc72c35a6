import type { Message, OutgoingMessage } from "../broker/message.js";
import { fromBase64, toBase64 } from "../serializer/structured-json.js";
import type { OutboxRecord } from "./outbox-store.js";

/** What a record's text holds: a message, with its body as text where it is any. */
interface Kept extends Omit<Message, "body" | "replyTo"> {
  readonly channelAddress: string;
  readonly delayMs?: number | undefined;
  readonly text?: string;
  readonly base64?: string;
}

export function toRecord(message: OutgoingMessage): OutboxRecord {
  const { address, channel, channelAddress = address, durable, kind, type, attributes } = message;
  const { delayMs, priority } = message;
  const facts = { address, channel, channelAddress, durable, kind, type, attributes, delayMs, priority };
  const kept = { ...facts, ...bodyOf(message.body) } satisfies Kept;
  return { id: attributes.id ?? "", event: JSON.stringify(kept) };
}

/** The message of a record, as if it had just been made. */
export function fromRecord({ event }: OutboxRecord): OutgoingMessage {
  const { text, base64 = "", ...message }: Kept = JSON.parse(event);
  const body = text === undefined ? fromBase64(base64) : new TextEncoder().encode(text);
  return { ...message, body, expectsReply: false, cancelled: false, written: false };
}

/** Bytes that are no UTF-8 would not come back as they were. */
function bodyOf(bytes: Uint8Array): Pick<Kept, "text" | "base64"> {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: toBase64(bytes) };
  }
}
