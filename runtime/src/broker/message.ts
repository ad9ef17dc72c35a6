import type { Envelope } from "../envelope.js";
import { noHeaders } from "../headers.js";
import { Bare } from "./bare.js";

/** CloudEvents attributes as text, headers among them. */
export type Attributes = { readonly [name: string]: string };

/** What a broker carries. */
export interface Message {
  /** Where it goes, with parameters filled in. */
  readonly address: string;
  readonly channel: string;
  readonly durable: boolean;
  readonly kind: "event" | "command" | "query" | "reply";
  /** CloudEvents type: the contract's name on the wire. */
  readonly type: string;
  readonly attributes: Attributes;
  readonly body: Uint8Array;
  /** Of what waits for a listener, higher numbers come first; only where `features.priority` says that the broker knows any. @default 0 */
  readonly priority?: number | undefined;
  /** On a received request: where its reply goes, in the broker's own words. On a reply: where it goes. */
  readonly replyTo?: string | undefined;
}

/** A message that this process sends, with what the broker and the publisher tell each other about it. */
export interface OutgoingMessage extends Message {
  /** The channel's address with `*` for each parameter. @default `address` */
  readonly channelAddress?: string;
  /** The sender waits for a reply: the broker adds where to. */
  readonly expectsReply: boolean;
  /** The body, as text where it is text: for a broker that puts texts into UTF-8 itself, or needs its length. @default `body` */
  readonly content?: string | Uint8Array;
  /** What the attributes are made of, for a broker that writes them itself: an envelope, and the type of the body. */
  readonly envelope?: Envelope;
  readonly contentType?: string;
  /** The caller has given up: a broker that has not written the message yet must drop it. */
  cancelled: boolean;
  /** The broker sets it before the first byte leaves: from here on a failure has the outcome `unknown`. */
  written: boolean;
  /** For a broker that does not read `body`: refuses what could not be put into bytes. @throws PayloadError */
  check?(): void;
  /**
   * For a broker that has written the message and reads neither `body` nor `content` again: they are let go of, as a full
   * window would hold many of them until the server has confirmed. To be called once `publish` has returned.
   */
  release?(): void;
  /** Nobody gets it before this time has passed; only where `features.delay` says that the broker can. */
  readonly delayMs?: number | undefined;
  /** Sent again on purpose: what holds repeats back must let it pass. */
  readonly isReplay?: boolean;
  /** What the caller has to say to this kind of broker. */
  readonly transport?: { readonly [name: string]: unknown } | undefined;
}

/** The attributes of an envelope, headers among them. */
export function attributesOf(envelope: Envelope, contentType: string): Attributes {
  const attributes: Record<string, string> = Object.assign(new Bare<string>(), envelope.headers);
  attributes.specversion = envelope.specversion;
  attributes.id = envelope.id;
  attributes.source = envelope.source;
  attributes.type = envelope.type;
  attributes.time = envelope.time;
  if (envelope.payload !== undefined) attributes.datacontenttype = contentType;
  if (envelope.dataschema !== undefined) attributes.dataschema = envelope.dataschema;
  if (envelope.subject !== undefined) attributes.subject = envelope.subject;
  return attributes;
}

const notHeaders: ReadonlySet<string> = new Set([
  "specversion",
  "id",
  "source",
  "type",
  "time",
  "datacontenttype",
  "dataschema",
  "subject",
]);

/** The envelope of a received message; attributes that CloudEvents requires and that are missing become empty text. */
export function envelopeOf<Payload>(attributes: Attributes, payload: Payload): Envelope<Payload> {
  const { id = "", source = "", type = "", time = "", datacontenttype, dataschema, subject } = attributes;
  const headers = headersOf(attributes);
  // Member by member: this is on the way of every event, and a spread costs several times as much.
  const envelope: { -readonly [Name in keyof Envelope<Payload>]: Envelope<Payload>[Name] } = {
    specversion: "1.0",
    id,
    source,
    type,
    time,
    headers,
    payload,
  };
  if (datacontenttype !== undefined) envelope.datacontenttype = datacontenttype;
  if (dataschema !== undefined) envelope.dataschema = dataschema;
  if (subject !== undefined) envelope.subject = subject;
  return Object.freeze(envelope);
}

function headersOf(attributes: Attributes): Envelope["headers"] {
  let headers: Record<string, string> | undefined;
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (notHeaders.has(name) || value === undefined) continue;
    headers ??= Object.create(null) as Record<string, string>;
    headers[name] = value;
  }
  return headers === undefined ? noHeaders : Object.freeze(headers);
}
