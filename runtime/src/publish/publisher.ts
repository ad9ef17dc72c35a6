import { fillAddress } from "../address.js";
import type { BusParts } from "../bus-parts.js";
import type { PublishOptions } from "../contract/bus.js";
import { type AnyContract, assertPayload } from "../contract/contract.js";
import { publishTold, tell } from "../diagnostics.js";
import type { Envelope } from "../envelope.js";
import { BusError, PublishError } from "../errors.js";
import { EventEnvelope } from "../event-envelope.js";
import type { ResolvedOptions } from "../options.js";
import { composePublish } from "../pipeline/pipeline.js";
import { asPublishError, refused } from "./as-publish-error.js";
import { checkPublishOptions } from "./check-options.js";
import { LiveMessage } from "./live-message.js";
import { assertHeaders, buildHeaders } from "./publish-headers.js";
import { PublishRoutes } from "./publish-routes.js";
import type { SendOptions } from "./publish-window.js";
import { sendToAll } from "./send-to-all.js";

/** From a publish call to the brokers of the channel. */
export class Publisher {
  readonly #parts: BusParts;
  readonly #options: ResolvedOptions;
  readonly #routes: PublishRoutes;
  readonly #hasMiddleware: boolean;
  /** Of events without options. */
  readonly #sendOptions: SendOptions;

  constructor(parts: BusParts) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#sendOptions = { timeoutMs: parts.options.timeoutMs, signal: undefined };
    this.#hasMiddleware = parts.options.middleware.some((step) => step.publish !== undefined);
    this.#routes = new PublishRoutes(parts, !this.#hasMiddleware);
  }

  /** Publishes that have not ended. */
  get open(): number {
    return this.#routes.open;
  }

  /** The whole way of what nobody observes. Never throws. */
  publish(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    try {
      const route = this.#routes.of(contract);
      const { plain } = route;
      if (plain === undefined || second !== undefined || kind !== "event")
        return this.#publishFully(kind, contract, payload, second, third);
      if (route.validate) assertPayload(contract.name, contract.validator, payload, "publish");
      const envelope = new EventEnvelope(route, payload);
      const message = new LiveMessage(route, envelope);
      const accepted = plain.send(message, this.#sendOptions);
      if (accepted !== undefined) return follow(message, accepted);
      if (publishTold.hasSubscribers) tellPublished(message);
      return Promise.resolve(envelope);
    } catch (error) {
      return Promise.reject(asPublishError(contract, error, "refused"));
    }
  }

  #publishFully(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    const message = this.prepareAs(kind, contract, payload, second, third);
    return this.send(message) ?? Promise.resolve(message.envelope);
  }

  /** As {@link prepare}, for a contract of one kind. @throws PublishError, BusError */
  prepareAs(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): LiveMessage {
    const message = this.prepare(contract, payload, second, third);
    if (contract.kind === kind) return message;
    throw new BusError("CONTRACT_UNKNOWN", `expected an ${kind}, got a ${contract.kind}`);
  }

  /**
   * Checks everything that can be checked here. `second` and `third` are what followed the payload in the call;
   * `cause` is the envelope that a handler publishes from.
   *
   * @throws PublishError with the outcome `refused`
   */
  prepare(
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
    cause?: Envelope,
  ): LiveMessage {
    try {
      const route = this.#routes.of(contract);
      const { channel } = contract;
      const address = route.hasParameters ? fillAddress(channel, second) : undefined;
      if (typeof address === "object") throw refused(contract, "parameters", address);
      if (route.validate) assertPayload(contract.name, contract.validator, payload, "publish");
      const options: PublishOptions | undefined = asOptions(route.hasParameters ? third : second);
      if (options !== undefined) checkPublishOptions(contract, options, this.#parts.routes.of(channel.name));
      const headers =
        options === undefined && cause === undefined && channel.headers === undefined
          ? undefined
          : buildHeaders(contract, options, cause, this.#options.clock);
      const envelope = new EventEnvelope(route, payload, options, headers);
      const extras =
        address === undefined && options === undefined
          ? undefined
          : { address: address ?? channel.address, options };
      return new LiveMessage(route, envelope, extras);
    } catch (error) {
      throw asPublishError(contract, error, "refused");
    }
  }

  /** Returns nothing when the brokers took the message at once, with the envelope it has. @throws PublishError */
  send(message: LiveMessage): Promise<Envelope> | undefined {
    const { contract } = message;
    if (this.#hasMiddleware) {
      return this.through(message, async (changed) => {
        await this.#carry(changed);
        tellPublished(changed);
      });
    }
    try {
      const accepted = this.#carry(message);
      if (accepted === undefined) {
        tellPublished(message);
        return undefined;
      }
      return follow(message, accepted);
    } catch (error) {
      throw asPublishError(contract, error, "refused");
    }
  }

  /** Takes a message through the middleware; `carry` gets what comes out of it. @throws PublishError */
  async through(
    message: LiveMessage,
    carry: (changed: LiveMessage) => void | Promise<void>,
  ): Promise<Envelope> {
    const { contract } = message;
    let sent: Envelope | undefined;
    let started = false;
    const pipeline = composePublish(this.#options.middleware, contract, async (envelope) => {
      this.#checkChanged(message, envelope);
      started = true;
      const changed = envelope === message.envelope ? message : message.copy(envelope);
      await carry(changed);
      sent = envelope;
    });
    try {
      await pipeline(message.envelope);
    } catch (error) {
      throw asPublishError(contract, error, started ? "unknown" : "refused");
    }
    if (sent !== undefined) return sent;
    throw new PublishError("PUBLISH_STOPPED", `cannot publish ${contract.name}: middleware stopped it`, {
      outcome: "refused",
    });
  }

  /** What middleware made of the event has to fit the contract, too. */
  #checkChanged({ contract, envelope: before }: LiveMessage, envelope: Envelope): void {
    if (envelope === before) return;
    if (envelope.payload !== before.payload && this.#options.validate) {
      assertPayload(contract.name, contract.validator, envelope.payload, "publish");
    }
    const headers = Object.entries(envelope.headers).filter(([, value]) => value !== undefined);
    assertHeaders(contract, Object.fromEntries(headers));
  }

  #carry(message: LiveMessage): void | Promise<void> {
    const { contract, options } = message;
    const { window, windows } = this.#routes.of(contract);
    const sendOptions = this.#sendOptionsOf(options);
    if (window !== undefined) return window.send(message, sendOptions);
    return sendToAll(windows, message, sendOptions);
  }

  #sendOptionsOf(options: PublishOptions | undefined): SendOptions {
    return options === undefined
      ? this.#sendOptions
      : { timeoutMs: options.timeoutMs ?? this.#options.timeoutMs, signal: options.signal };
  }

  /** To be called when routes have changed. */
  forgetRoutes(): void {
    this.#routes.forget();
  }
}

/** The end of a publish that the broker has not taken at once. */
function follow(message: LiveMessage, accepted: Promise<void>): Promise<Envelope> {
  return accepted.then(
    () => {
      tellPublished(message);
      return message.envelope;
    },
    (error: unknown) => Promise.reject(asPublishError(message.contract, error, "unknown")),
  );
}

function tellPublished({ contract, address, envelope }: LiveMessage): void {
  if (!publishTold.hasSubscribers) return;
  tell("eventwright:publish", () => ({ type: contract.type, address, id: envelope.id }));
}

function asOptions(value: unknown): PublishOptions | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}
