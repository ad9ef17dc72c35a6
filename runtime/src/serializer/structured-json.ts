import type { Attributes } from "../broker/message.js";
import { readJson } from "../contract/json.js";
import type { Limits } from "../contract/limits.js";
import { PayloadError } from "../errors.js";

export const structuredContentType = "application/cloudevents+json";

const encoder = new TextEncoder();

/** Attributes and JSON payload as one JSON document, as the CloudEvents JSON format says (structured mode). */
export function encodeStructured(attributes: Attributes, body: Uint8Array): Uint8Array {
  const head = JSON.stringify(attributes);
  if (body.length === 0) return encoder.encode(head);
  if (isJson(attributes.datacontenttype)) {
    return joinBytes(encoder.encode(`${head.slice(0, -1)},"data":`), body, encoder.encode("}"));
  }
  return encoder.encode(`${head.slice(0, -1)},"data_base64":${JSON.stringify(toBase64(body))}}`);
}

/**
 * The attributes and the payload of a structured event, of ours or of another producer.
 *
 * @throws PayloadError `PAYLOAD_MALFORMED` for what is no CloudEvent of version 1.0
 */
export function decodeStructured(
  bytes: Uint8Array,
  limits: Limits,
): { readonly attributes: Attributes; readonly body: Uint8Array } {
  const document = readJson("a structured event", bytes, limits);
  const attributes: Record<string, string> = Object.create(null);
  let body = new Uint8Array(0);
  for (const [name, value] of Object.entries(isObject(document) ? document : {})) {
    if (name === "data") body = encoder.encode(JSON.stringify(value));
    else if (name === "data_base64") body = fromBase64(String(value));
    else if (value !== null) attributes[name] = String(value);
  }
  const missing = ["id", "source", "type"].find((name) => attributes[name] === undefined);
  if (missing !== undefined) throw noEvent(`expected an attribute ${missing}, got none`);
  if (attributes.specversion !== "1.0") throw noEvent("expected specversion 1.0, got another");
  if (body.length > 0) attributes.datacontenttype ??= "application/json";
  return { attributes, body };
}

function noEvent(problem: string): PayloadError {
  const details = { contract: "a structured event", direction: "receive" } as const;
  return new PayloadError("PAYLOAD_MALFORMED", `cannot read a structured event: ${problem}`, details);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || /^[^;]*[/+]json\b/.test(contentType);
}

function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
