import type { Delivery } from "../broker/broker.js";
import { type Attributes, attributesOf, type OutgoingMessage } from "../broker/message.js";
import type { PublishOptions } from "../contract/bus.js";
import type { AnyContract, AnyRequestContract } from "../contract/contract.js";
import type { HandlerContext } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";
import { notSent } from "../errors.js";
import { EventEnvelope } from "../event-envelope.js";
import type { Gateway } from "../listener/handler-run.js";
import type { Origin } from "../origin.js";
import { BusCalls } from "./bus-calls.js";

/** What most messages within a process never need. */
interface Extras {
  address?: string;
  options?: PublishOptions | undefined;
  expectsReply?: boolean;
  replyTo?: string | undefined;
  cancelled?: boolean;
  written?: boolean;
  attributes?: Attributes;
  content?: string | Uint8Array | undefined;
  controller?: AbortController;
}

/**
 * An event, command or query made here: attributes and bytes are made when a broker reads them.
 *
 * It is its own first delivery, for all listeners that need no other, and the context of all handlers that declare
 * none: they share it, so that one more listener costs no memory. Publishes belong to one handler; whoever makes any
 * declares a context and has one of its own.
 */
export class LiveMessage extends BusCalls implements OutgoingMessage, Delivery, HandlerContext<unknown> {
  readonly envelope: Envelope;
  readonly #origin: Origin;
  #extras: Extras | undefined;

  /** Without `address` it goes to the channel's own. */
  constructor(origin: Origin, envelope: Envelope, extras?: Extras) {
    super();
    this.#origin = origin;
    this.envelope = envelope;
    this.#extras = extras;
  }

  /** The same message with another envelope, or for another broker. */
  copy(envelope: Envelope = this.envelope): LiveMessage {
    const { address, options } = this;
    const copy = new LiveMessage(this.#origin, envelope, { address, options });
    if (this.expectsReply) copy.expectsReply = true;
    return copy;
  }

  /** The same message with a payload that nobody else has, as if it had come as bytes. */
  own(): LiveMessage {
    const { contract, serializer } = this.#origin;
    const { envelope } = this;
    const payload =
      serializer === contract.serializer
        ? contract.copy(envelope.payload)
        : serializer.deserialize(contract.name, this.body, contract.channel.limits);
    const own = envelope instanceof EventEnvelope ? envelope.withPayload(payload) : { ...envelope, payload };
    return new LiveMessage(this.#origin, own, this.#extras && { ...this.#extras });
  }

  check(): void {
    const { validate, serializer, contract, isJson } = this.#origin;
    if (validate) serializer.check?.(contract.name, this.envelope.payload, isJson);
  }

  /** Whether the payload was held against its contract. */
  get checked(): boolean {
    return this.#origin.validate;
  }

  get contract(): AnyContract {
    return this.#origin.contract;
  }

  get address(): string {
    return this.#extras?.address ?? this.#origin.contract.channel.address;
  }

  get options(): PublishOptions | undefined {
    return this.#extras?.options;
  }

  get expectsReply(): boolean {
    return this.#extras?.expectsReply ?? false;
  }

  set expectsReply(expectsReply: boolean) {
    LiveMessage.#extrasOf(this).expectsReply = expectsReply;
  }

  get replyTo(): string | undefined {
    return this.#extras?.replyTo;
  }

  set replyTo(replyTo: string | undefined) {
    LiveMessage.#extrasOf(this).replyTo = replyTo;
  }

  get cancelled(): boolean {
    return this.#extras?.cancelled ?? false;
  }

  set cancelled(cancelled: boolean) {
    LiveMessage.#extrasOf(this).cancelled = cancelled;
  }

  get written(): boolean {
    return this.#extras?.written ?? false;
  }

  set written(written: boolean) {
    LiveMessage.#extrasOf(this).written = written;
  }

  get message(): this {
    return this;
  }

  get attempt(): number {
    return 1;
  }

  get transport(): PublishOptions["transport"] {
    return this.options?.transport;
  }

  get priority(): number | undefined {
    return this.options?.priority;
  }

  get delayMs(): number | undefined {
    return this.options?.delayMs;
  }

  get channel(): string {
    return this.contract.channel.name;
  }

  get channelAddress(): string {
    return this.contract.channel.pattern();
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
    return this.#origin.serializer.contentType;
  }

  get attributes(): Attributes {
    const extras = LiveMessage.#extrasOf(this);
    extras.attributes ??= attributesOf(this.envelope, this.contentType);
    return extras.attributes;
  }

  /** @throws PayloadError when the serializer cannot hold the payload */
  get content(): string | Uint8Array {
    const extras = LiveMessage.#extrasOf(this);
    extras.content ??= this.contract.contentOf(this.envelope.payload, this.#origin);
    return extras.content;
  }

  /** @throws PayloadError when the serializer cannot hold the payload */
  get body(): Uint8Array {
    const { content } = this;
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  }

  release(): void {
    LiveMessage.#extrasOf(this).content = undefined;
  }

  /** Whether it is of the bus with this gateway. */
  isFrom(gateway: Gateway): boolean {
    return this.#origin.gateway === gateway;
  }

  get parameters(): unknown {
    return this.contract.channel.valuesIn(this.address);
  }

  get signal(): AbortSignal {
    const extras = LiveMessage.#extrasOf(this);
    extras.controller ??= new AbortController();
    return extras.controller.signal;
  }

  abort(reason: unknown): void {
    this.#extras?.controller?.abort(reason);
  }

  protected override put(_kind: "event" | "command", { name }: AnyContract): Promise<Envelope> {
    const why = "expected a handler that declares its context as second parameter, got one without";
    return Promise.reject(notSent("PUBLISH_CONTEXT_SHARED", name, why));
  }

  protected override request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<unknown> {
    return this.#origin.gateway.request(contract, payload, second, third, this.envelope);
  }

  /** Static, as a private method would make each message larger. */
  static #extrasOf(message: LiveMessage): Extras {
    message.#extras ??= {};
    return message.#extras;
  }
}
