import { fillAddress } from "../address.js";
import type { Broker } from "../broker/broker.js";
import type { BusParts } from "../bus-parts.js";
import type { PublishOptions } from "../contract/bus.js";
import { type AnyContract, assertPayload } from "../contract/contract.js";
import type { Violation } from "../contract/violation.js";
import { publishTold, tell } from "../diagnostics.js";
import type { Envelope } from "../envelope.js";
import { BusError, PayloadError, PublishError } from "../errors.js";
import { EventEnvelope } from "../event-envelope.js";
import { checkHeaders, freezeHeaders } from "../headers.js";
import type { ResolvedOptions } from "../options.js";
import type { Origin } from "../origin.js";
import { composePublish } from "../pipeline/pipeline.js";
import { describeThrown } from "../thrown.js";
import { checkPublishOptions } from "./check-options.js";
import { LiveMessage } from "./live-message.js";
import { PublishWindow, type SendOptions } from "./publish-window.js";

/** What is known of a contract before its first event. */
interface PublishRoute extends Origin {
  readonly windows: readonly PublishWindow[];
  /** The only one. */
  readonly window: PublishWindow | undefined;
  readonly hasParameters: boolean;
  /** Where an event goes that has a payload and nothing else to look at; absent where there is more. */
  readonly plain: PublishWindow | undefined;
}

/** From a publish call to the brokers of the channel. */
export class Publisher {
  readonly #parts: BusParts;
  readonly #options: ResolvedOptions;
  readonly #windows = new Map<Broker, PublishWindow>();
  readonly #routes = new Map<AnyContract, PublishRoute>();
  readonly #hasMiddleware: boolean;
  /** Of events without options. */
  readonly #sendOptions: SendOptions;
  /** Events come in bursts of one kind: the last look-up is kept. */
  #lastRoute: PublishRoute | undefined;

  constructor(parts: BusParts) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#sendOptions = { timeoutMs: parts.options.timeoutMs, signal: undefined };
    this.#hasMiddleware = parts.options.middleware.some((step) => step.publish !== undefined);
  }

  /** Publishes that have not ended. */
  get open(): number {
    let open = 0;
    for (const window of this.#windows.values()) open += window.open;
    return open;
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
      const last = this.#lastRoute;
      const route = last !== undefined && last.contract === contract ? last : this.#routeOf(contract);
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
      const route = this.#routeOf(contract);
      const { channel } = contract;
      const address = route.hasParameters ? fillAddress(channel, second) : undefined;
      if (typeof address === "object") throw refused(contract, "parameters", address);
      if (route.validate) assertPayload(contract.name, contract.validator, payload, "publish");
      const options: PublishOptions | undefined = asOptions(route.hasParameters ? third : second);
      if (options !== undefined) checkPublishOptions(contract, options, this.#parts.routes.of(channel.name));
      const headers =
        options === undefined && cause === undefined && channel.headers === undefined
          ? undefined
          : this.#headers(contract, options, cause);
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
    const violation = checkHeaders(headersOf(envelope));
    if (violation !== undefined) throw refused(contract, "headers", violation);
  }

  #carry(message: LiveMessage): void | Promise<void> {
    const { contract, options } = message;
    const { window, windows } = this.#routeOf(contract);
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
    this.#routes.clear();
    this.#lastRoute = undefined;
  }

  /** Where events of a contract go. @throws BusError for a contract that the bus does not know */
  #routeOf(contract: AnyContract): PublishRoute {
    const last = this.#lastRoute;
    if (last !== undefined && last.contract === contract) return last;
    const route = this.#routes.get(contract) ?? this.#findRoute(contract);
    this.#lastRoute = route;
    return route;
  }

  #findRoute(contract: AnyContract): PublishRoute {
    this.#parts.registry.admit(contract);
    const { source, serializer, validate } = this.#options;
    const brokers = this.#parts.routes.of(contract.channel.name);
    const windows = brokers.map((broker) => this.#windowOf(broker));
    const window = windows.length === 1 ? windows[0] : undefined;
    const hasParameters = contract.channel.parameterNames.length > 0;
    const { gateway } = this.#parts;
    const isPlain =
      contract.kind === "event" &&
      !hasParameters &&
      contract.channel.headers === undefined &&
      !this.#hasMiddleware;
    const plain = isPlain ? window : undefined;
    const route = { plain, contract, source, serializer, validate, gateway, windows, window, hasParameters };
    this.#routes.set(contract, route);
    return route;
  }

  #windowOf(broker: Broker): PublishWindow {
    const limits = { events: this.#options.windowEvents, bytes: this.#options.windowBytes };
    const window = this.#windows.get(broker) ?? new PublishWindow(broker, limits, this.#parts);
    this.#windows.set(broker, window);
    return window;
  }

  #headers(
    contract: AnyContract,
    options: PublishOptions | undefined,
    cause: Envelope | undefined,
  ): Readonly<Record<string, string>> | undefined {
    const { headers, expiresAfterMs } = options ?? {};
    if (headers !== undefined) {
      const violation = checkHeaders(headers);
      if (violation !== undefined) throw refused(contract, "headers", violation);
    }
    const declared = contract.channel.headers?.(headers ?? {}, true);
    if (declared !== undefined) throw refused(contract, "headers", declared);
    const given = expiresAfterMs === undefined ? headers : { ...headers, ...this.#expiry(expiresAfterMs) };
    if (cause !== undefined) {
      const correlationid = cause.headers.correlationid ?? cause.id;
      return freezeHeaders({ correlationid, causationid: cause.id, ...given });
    }
    return given === undefined ? undefined : freezeHeaders(given);
  }

  #expiry(afterMs: number): { readonly expirytime: string } {
    return { expirytime: new Date(this.#options.clock.now() + afterMs).toISOString() };
  }
}

export function asPublishError(
  contract: AnyContract,
  error: unknown,
  outcome: "refused" | "unknown",
): PublishError {
  if (error instanceof PublishError) return error;
  const { message: reason } = describeThrown(error);
  const message = `cannot publish ${contract?.name ?? "event"}: ${reason}`;
  if (error instanceof PayloadError)
    return new PublishError("PUBLISH_INVALID", message, { outcome: "refused", cause: error });
  if (error instanceof BusError) {
    return new PublishError("PUBLISH_UNKNOWN_CONTRACT", message, { outcome: "refused", cause: error });
  }
  return new PublishError("PUBLISH_FAILED", message, { outcome, cause: error });
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

async function sendToAll(
  windows: readonly PublishWindow[],
  message: LiveMessage,
  options: SendOptions,
): Promise<void> {
  const results = await Promise.allSettled(
    windows.map(async (window) => window.send(message.copy(), options)),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return;
  const named = (status: "fulfilled" | "rejected"): string[] =>
    windows.filter((_, index) => results[index]?.status === status).map((window) => window.broker);
  const accepted = named("fulfilled");
  if (accepted.length === 0) throw failed.reason;
  throw new PublishError(
    "PUBLISH_PARTLY",
    `cannot publish ${message.contract.name} to all brokers: ${accepted.join(", ")} took it, ${named("rejected").join(", ")} did not`,
    { outcome: "unknown", cause: failed.reason, accepted },
  );
}

function refused(contract: AnyContract, what: string, violation: Violation): PublishError {
  return new PublishError(
    "PUBLISH_INVALID",
    `cannot publish ${contract.name}: ${what} ${violation.path}: expected ${violation.expected}, got ${violation.got}`,
    { outcome: "refused" },
  );
}

function headersOf(envelope: Envelope): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(envelope.headers))
    if (value !== undefined) headers[name] = value;
  return headers;
}

function asOptions(value: unknown): PublishOptions | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}
