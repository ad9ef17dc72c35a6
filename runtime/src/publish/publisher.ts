import type { Broker } from "../broker/broker.js";
import type { BusParts } from "../bus-parts.js";
import type { PublishOptions } from "../contract/bus.js";
import type { AnyContract } from "../contract/contract.js";
import { publishTold, tell } from "../diagnostics.js";
import type { Envelope } from "../envelope.js";
import { BusError } from "../errors.js";
import { EventEnvelope } from "../event-envelope.js";
import type { ResolvedOptions } from "../options.js";
import { asPublishError, refused } from "./as-publish-error.js";
import { checkPublishOptions } from "./check-options.js";
import type { SendOptions } from "./handover.js";
import { LiveMessage } from "./live-message.js";
import { buildHeaders } from "./publish-headers.js";
import { PublishRoutes } from "./publish-routes.js";
import { sendToAll } from "./send-to-all.js";

/** From a publish call to the brokers of the channel. */
export class Publisher {
  readonly #parts: BusParts;
  readonly #options: ResolvedOptions;
  readonly #routes: PublishRoutes;
  /** Of events without options. */
  readonly #sendOptions: SendOptions;

  constructor(parts: BusParts) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#sendOptions = { timeoutMs: parts.options.timeoutMs, signal: undefined };
    const hasMiddleware = parts.options.middleware.some((step) => step.publish !== undefined);
    this.#routes = new PublishRoutes(parts, !hasMiddleware);
  }

  /** Publishes that have not ended. */
  get unfinished(): number {
    return this.#routes.unfinished;
  }

  /** To be called before anything is sent to a broker. */
  open(broker: Broker): Promise<void> {
    return this.#routes.open(broker);
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
      const isJson = route.validate && contract.assertWritable(payload);
      const origin = isJson ? route.json : route;
      const envelope = new EventEnvelope(origin, payload);
      const message = new LiveMessage(origin, envelope);
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
      const address = route.hasParameters ? channel.fill(second) : undefined;
      if (typeof address === "object") throw refused(contract, "parameters", address);
      if (route.validate) contract.assert(payload, "publish");
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
    const { pipeline } = this.#parts.loaded;
    if (pipeline !== undefined) return pipeline.publish(message, (changed) => this.#carryAndTell(changed));
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

  #carry(message: LiveMessage): void | Promise<void> {
    const { contract, options } = message;
    const { window, windows } = this.#routes.of(contract);
    const sendOptions = this.#sendOptionsOf(options);
    if (window !== undefined) return window.send(message, sendOptions);
    return sendToAll(windows, message, sendOptions);
  }

  #carryAndTell(message: LiveMessage): void | Promise<void> {
    const accepted = this.#carry(message);
    if (accepted !== undefined) return accepted.then(() => tellPublished(message));
    tellPublished(message);
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
