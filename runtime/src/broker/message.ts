import { patternOf } from "../address.js";
import type { PublishOptions } from "../contract/bus.js";
import type { AnyContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import type { Serializer } from "../serializer/serializer.js";
import type { Delivery } from "./broker.js";

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
  /** On a received request: where its reply goes, in the broker's own words. On a reply: where it goes. */
  readonly replyTo?: string | undefined;
}

/** A message that this process sends, with what the broker and the publisher tell each other about it. */
export interface OutgoingMessage extends Message {
  /** The channel's address with `*` for each parameter. @default `address` */
  readonly channelAddress?: string;
  /** The sender waits for a reply: the broker adds where to. */
  readonly expectsReply: boolean;
  /** The caller has given up: a broker that has not written the message yet must drop it. */
  cancelled: boolean;
  /** The broker sets it before the first byte leaves: from here on a failure has the outcome `unknown`. */
  written: boolean;
  /** For a broker that does not read `body`: refuses what could not be put into bytes. @throws PayloadError */
  check?(): void;
  /** What the caller has to say to this kind of broker. */
  readonly transport?: { readonly [name: string]: unknown } | undefined;
}

/** An event, command or query made here: attributes and bytes are made when a broker reads them. */
export class LiveMessage implements OutgoingMessage, Delivery {
  readonly contract: AnyContract;
  readonly address: string;
  readonly envelope: Envelope;
  readonly options: PublishOptions | undefined;
  /** Whether the payload was held against its contract; a bus can be told not to. */
  checked = false;
  expectsReply = false;
  replyTo: string | undefined = undefined;
  cancelled = false;
  written = false;
  readonly #serializer: Serializer;
  #attributes: Attributes | undefined = undefined;
  #body: Uint8Array | undefined = undefined;

  constructor(
    contract: AnyContract,
    address: string,
    envelope: Envelope,
    options: PublishOptions | undefined,
    serializer: Serializer,
  ) {
    this.contract = contract;
    this.address = address;
    this.envelope = envelope;
    this.options = options;
    this.#serializer = serializer;
  }

  /** The same message with another envelope, or for another broker. */
  copy(envelope: Envelope = this.envelope): LiveMessage {
    const copy = new LiveMessage(this.contract, this.address, envelope, this.options, this.#serializer);
    copy.checked = this.checked;
    copy.expectsReply = this.expectsReply;
    return copy;
  }

  check(): void {
    if (this.checked) this.#serializer.check?.(this.contract.name, this.envelope.payload);
  }

  /** A message is its own first delivery, for all listeners that need no other. */
  get message(): this {
    return this;
  }

  get attempt(): number {
    return 1;
  }

  get transport(): PublishOptions["transport"] {
    return this.options?.transport;
  }

  get channel(): string {
    return this.contract.channel.name;
  }

  get channelAddress(): string {
    const { channel } = this.contract;
    return channel.parameterNames.length === 0 ? channel.address : patternOf(channel, undefined);
  }

  get durable(): boolean {
    return this.contract.channel.durable;
  }

  get kind(): "event" | "command" | "query" {
    return this.contract.kind;
  }

  get type(): string {
    return this.contract.type;
  }

  get attributes(): Attributes {
    this.#attributes ??= attributesOf(this.envelope, this.#serializer.contentType);
    return this.#attributes;
  }

  /** @throws PayloadError when the serializer cannot hold the payload */
  get body(): Uint8Array {
    this.#body ??= this.#serializer.serialize(
      this.contract.name,
      this.envelope.payload,
      this.contract.channel.limits,
    );
    return this.#body;
  }
}

function attributesOf(envelope: Envelope, contentType: string): Attributes {
  const attributes: Record<string, string> = Object.assign(Object.create(null), envelope.headers);
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
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    if (!notHeaders.has(name)) headers[name] = value;
  }
  const { id = "", source = "", type = "", time = "", datacontenttype, dataschema, subject } = attributes;
  return Object.freeze({
    specversion: "1.0" as const,
    id,
    source,
    type,
    time,
    ...(datacontenttype === undefined ? {} : { datacontenttype }),
    ...(dataschema === undefined ? {} : { dataschema }),
    ...(subject === undefined ? {} : { subject }),
    headers: Object.freeze(headers),
    payload,
  });
}
