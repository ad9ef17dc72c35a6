import { patternOf } from "../address.js";
import type { PublishOptions } from "../contract/bus.js";
import type { AnyContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import type { Origin } from "../origin.js";
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
  /** Nobody gets it before this time has passed; only where `features.delay` says that the broker can. */
  readonly delayMs?: number | undefined;
  /** Sent again on purpose: what holds repeats back must let it pass. */
  readonly isReplay?: boolean;
  /** What the caller has to say to this kind of broker. */
  readonly transport?: { readonly [name: string]: unknown } | undefined;
}

/** What most messages within a process never need. */
interface Extras {
  address?: string;
  options?: PublishOptions | undefined;
  expectsReply?: boolean;
  replyTo?: string | undefined;
  cancelled?: boolean;
  written?: boolean;
  attributes?: Attributes;
  body?: Uint8Array;
}

/** An event, command or query made here: attributes and bytes are made when a broker reads them. */
export class LiveMessage implements OutgoingMessage, Delivery {
  // Declared, not defined: V8 makes objects of a derived class four times slower when its base defines fields.
  declare readonly envelope: Envelope;
  protected declare readonly origin: Origin;
  private declare extras: Extras | undefined;

  /** Without `address` it goes to the channel's own. */
  constructor(origin: Origin, envelope: Envelope, extras?: Pick<Extras, "address" | "options">) {
    this.origin = origin;
    this.envelope = envelope;
    this.extras = extras;
  }

  /** The same message with another envelope, or for another broker. */
  copy(envelope: Envelope = this.envelope): LiveMessage {
    const { address, options } = this;
    const copy = new LiveMessage(this.origin, envelope, { address, options });
    if (this.expectsReply) copy.expectsReply = true;
    return copy;
  }

  check(): void {
    const { validate, serializer, contract } = this.origin;
    if (validate) serializer.check?.(contract.name, this.envelope.payload);
  }

  /** Whether the payload was held against its contract. */
  get checked(): boolean {
    return this.origin.validate;
  }

  get contract(): AnyContract {
    return this.origin.contract;
  }

  get address(): string {
    return this.extras?.address ?? this.origin.contract.channel.address;
  }

  get options(): PublishOptions | undefined {
    return this.extras?.options;
  }

  get expectsReply(): boolean {
    return this.extras?.expectsReply ?? false;
  }

  set expectsReply(expectsReply: boolean) {
    LiveMessage.#extrasOf(this).expectsReply = expectsReply;
  }

  get replyTo(): string | undefined {
    return this.extras?.replyTo;
  }

  set replyTo(replyTo: string | undefined) {
    LiveMessage.#extrasOf(this).replyTo = replyTo;
  }

  get cancelled(): boolean {
    return this.extras?.cancelled ?? false;
  }

  set cancelled(cancelled: boolean) {
    LiveMessage.#extrasOf(this).cancelled = cancelled;
  }

  get written(): boolean {
    return this.extras?.written ?? false;
  }

  set written(written: boolean) {
    LiveMessage.#extrasOf(this).written = written;
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

  get delayMs(): number | undefined {
    return this.options?.delayMs;
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

  /** Of the body, where there is one. */
  get contentType(): string {
    return this.origin.serializer.contentType;
  }

  get attributes(): Attributes {
    const extras = LiveMessage.#extrasOf(this);
    extras.attributes ??= attributesOf(this.envelope, this.contentType);
    return extras.attributes;
  }

  /** @throws PayloadError when the serializer cannot hold the payload */
  get body(): Uint8Array {
    const { contract, serializer } = this.origin;
    const extras = LiveMessage.#extrasOf(this);
    extras.body ??= serializer.serialize(contract.name, this.envelope.payload, contract.channel.limits);
    return extras.body;
  }

  /** Static, as a private method would make each message larger. */
  static #extrasOf(message: LiveMessage): Extras {
    message.extras ??= {};
    return message.extras;
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
