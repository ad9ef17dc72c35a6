import { fillAddress } from "../address.js";
import type { Broker } from "../broker/broker.js";
import { LiveMessage } from "../broker/message.js";
import type { PublishOptions } from "../contract/bus.js";
import { type AnyContract, assertPayload } from "../contract/contract.js";
import type { Violation } from "../contract/violation.js";
import type { Envelope } from "../envelope.js";
import { BusError, PayloadError, PublishError } from "../errors.js";
import { EventEnvelope } from "../event-envelope.js";
import { checkHeaders, freezeHeaders } from "../headers.js";
import type { ResolvedOptions } from "../options.js";
import { composePublish } from "../pipeline/pipeline.js";
import type { ContractRegistry } from "../registry.js";
import type { Deadlines } from "./deadlines.js";
import { PublishWindow, type SendOptions } from "./publish-window.js";

/** An event, command or query that is checked and has its envelope. */
export interface Outgoing {
  readonly contract: AnyContract;
  readonly address: string;
  readonly envelope: Envelope;
  readonly options: PublishOptions | undefined;
}

/** From a publish call to the brokers of the channel. */
export class Publisher {
  readonly #options: ResolvedOptions;
  readonly #registry: ContractRegistry;
  readonly #deadlines: Deadlines;
  readonly #windows = new Map<Broker, PublishWindow>();
  readonly #targets = new Map<AnyContract, readonly PublishWindow[]>();
  readonly #hasMiddleware: boolean;
  readonly #onQuiet: () => void;

  constructor(
    options: ResolvedOptions,
    registry: ContractRegistry,
    deadlines: Deadlines,
    onQuiet: () => void,
  ) {
    this.#options = options;
    this.#registry = registry;
    this.#deadlines = deadlines;
    this.#hasMiddleware = options.middleware.some((step) => step.publish !== undefined);
    this.#onQuiet = onQuiet;
  }

  /** Publishes that have not ended. */
  get open(): number {
    let open = 0;
    for (const window of this.#windows.values()) open += window.open;
    return open;
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
  ): Outgoing {
    try {
      this.#registry.admit(contract);
      const hasParameters = contract.channel.parameterNames.length > 0;
      const address = fillAddress(contract.channel, second);
      if (typeof address !== "string") throw refused(contract, "parameters", address);
      if (this.#options.validate) assertPayload(contract.name, contract.validator, payload, "publish");
      const options: PublishOptions | undefined = asOptions(hasParameters ? third : second);
      const headers = this.#headers(contract, options, cause);
      const envelope = new EventEnvelope(contract, this.#options.source, payload, {
        id: options?.id,
        time: options?.time?.toISOString(),
        headers,
      });
      return { contract, address, envelope, options };
    } catch (error) {
      throw asPublishError(contract, error, "refused");
    }
  }

  /** Returns the envelope, now when the brokers took the event at once. @throws PublishError */
  send(outgoing: Outgoing, expectsReply = false): Envelope | Promise<Envelope> {
    const { contract, envelope } = outgoing;
    if (this.#hasMiddleware) return this.#sendThrough(outgoing, expectsReply);
    try {
      const accepted = this.#carry(outgoing, envelope, expectsReply);
      if (accepted === undefined) return envelope;
      return accepted.then(
        () => envelope,
        (error: unknown) => Promise.reject(asPublishError(contract, error, "unknown")),
      );
    } catch (error) {
      throw asPublishError(contract, error, "refused");
    }
  }

  async #sendThrough(outgoing: Outgoing, expectsReply: boolean): Promise<Envelope> {
    const { contract } = outgoing;
    let sent: Envelope | undefined;
    let started = false;
    const pipeline = composePublish(this.#options.middleware, contract, async (envelope) => {
      if (envelope.payload !== outgoing.envelope.payload && this.#options.validate) {
        assertPayload(contract.name, contract.validator, envelope.payload, "publish");
      }
      const violation = checkHeaders(headersOf(envelope));
      if (violation !== undefined) throw refused(contract, "headers", violation);
      started = true;
      await this.#carry(outgoing, envelope, expectsReply);
      sent = envelope;
    });
    try {
      await pipeline(outgoing.envelope);
    } catch (error) {
      throw asPublishError(contract, error, started ? "unknown" : "refused");
    }
    if (sent !== undefined) return sent;
    throw new PublishError("PUBLISH_STOPPED", `cannot publish ${contract.name}: middleware stopped it`, {
      outcome: "refused",
    });
  }

  #carry(outgoing: Outgoing, envelope: Envelope, expectsReply: boolean): void | Promise<void> {
    const { contract, address, options } = outgoing;
    const windows = this.#targets.get(contract) ?? this.#findTargets(contract);
    const [window] = windows;
    const message = new LiveMessage(address, contract, envelope, this.#options.serializer, expectsReply);
    const sendOptions = this.#sendOptions(options);
    if (window !== undefined && windows.length === 1) return window.send(message, sendOptions);
    return sendToAll(
      windows,
      contract,
      () => new LiveMessage(address, contract, envelope, this.#options.serializer, expectsReply),
      sendOptions,
    );
  }

  #sendOptions(options: PublishOptions | undefined): SendOptions {
    return options === undefined
      ? this.#options
      : { timeoutMs: options.timeoutMs ?? this.#options.timeoutMs, signal: options.signal };
  }

  #findTargets(contract: AnyContract): readonly PublishWindow[] {
    const windows = brokersOf(this.#options, contract.channel.name).map((broker) => this.#windowOf(broker));
    this.#targets.set(contract, windows);
    return windows;
  }

  #windowOf(broker: Broker): PublishWindow {
    const limits = { events: this.#options.windowEvents, bytes: this.#options.windowBytes };
    const window =
      this.#windows.get(broker) ?? new PublishWindow(broker, limits, this.#deadlines, this.#onQuiet);
    this.#windows.set(broker, window);
    return window;
  }

  #headers(
    contract: AnyContract,
    options: PublishOptions | undefined,
    cause: Envelope | undefined,
  ): Readonly<Record<string, string>> | undefined {
    const given = options?.headers;
    if (given !== undefined) {
      const violation = checkHeaders(given);
      if (violation !== undefined) throw refused(contract, "headers", violation);
    }
    const declared = contract.channel.headers?.(given ?? {}, true);
    if (declared !== undefined) throw refused(contract, "headers", declared);
    if (cause !== undefined) {
      const correlationid = cause.headers.correlationid ?? cause.id;
      return freezeHeaders({ correlationid, causationid: cause.id, ...given });
    }
    return given === undefined ? undefined : freezeHeaders(given);
  }
}

/** The brokers that carry a channel. */
export function brokersOf(options: ResolvedOptions, channel: string): readonly Broker[] {
  const route = Object.hasOwn(options.routes, channel) ? options.routes[channel] : undefined;
  if (route === undefined) return [options.broker];
  return "publish" in route ? [route] : route;
}

export function asPublishError(
  contract: AnyContract,
  error: unknown,
  outcome: "refused" | "unknown",
): PublishError {
  if (error instanceof PublishError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `cannot publish ${contract?.name ?? "event"}: ${reason}`;
  if (error instanceof PayloadError)
    return new PublishError("PUBLISH_INVALID", message, { outcome: "refused", cause: error });
  if (error instanceof BusError) {
    return new PublishError("PUBLISH_UNKNOWN_CONTRACT", message, { outcome: "refused", cause: error });
  }
  return new PublishError("PUBLISH_FAILED", message, { outcome, cause: error });
}

async function sendToAll(
  windows: readonly PublishWindow[],
  contract: AnyContract,
  message: () => LiveMessage,
  options: SendOptions,
): Promise<void> {
  const results = await Promise.allSettled(windows.map(async (window) => window.send(message(), options)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return;
  const accepted = windows
    .filter((_, index) => results[index]?.status === "fulfilled")
    .map((window) => window.broker);
  if (accepted.length === 0) throw failed.reason;
  const lost = windows
    .filter((_, index) => results[index]?.status === "rejected")
    .map((window) => window.broker);
  throw new PublishError(
    "PUBLISH_PARTLY",
    `cannot publish ${contract.name} to all brokers: ${accepted.join(", ")} took it, ${lost.join(", ")} did not`,
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
