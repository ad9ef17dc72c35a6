import type { Violation } from "./contract/violation.js";

/**
 * Every code an error of the runtime can have; `docs/errors.md` says of each what it means and what to do.
 * A code never changes its meaning.
 */
export const errorCodes = [
  "PAYLOAD_INVALID",
  "PAYLOAD_MALFORMED",
  "PAYLOAD_TOO_DEEP",
  "PAYLOAD_TOO_LARGE",
  "PUBLISH_ABORTED",
  "PUBLISH_CLOSED",
  "PUBLISH_CONTEXT_ENDED",
  "PUBLISH_CONTEXT_SHARED",
  "PUBLISH_FAILED",
  "PUBLISH_FULL",
  "PUBLISH_INVALID",
  "PUBLISH_NOT_STARTED",
  "PUBLISH_PARTLY",
  "PUBLISH_STOPPED",
  "PUBLISH_TIMEOUT",
  "PUBLISH_TOO_LARGE",
  "PUBLISH_UNKNOWN_CONTRACT",
  "PUBLISH_UNROUTABLE",
  "PUBLISH_UNSUPPORTED",
  "BUS_ALREADY_STARTED",
  "BUS_CLOSED",
  "BUS_FROZEN",
  "BUS_NOT_STARTED",
  "BUS_NOT_SET",
  "BUS_OPTIONS_INVALID",
  "CONTRACT_CONFLICT",
  "CONTRACT_UNHANDLED",
  "CONTRACT_UNKNOWN",
  "FEATURE_MISSING",
  "HANDLER_TAKEN",
  "LISTENER_INVALID",
  "LISTENER_UNNAMED",
  "BROKER_CLOSED",
  "BROKER_FAILED",
  "HANDLER_RESULT",
  "HANDLER_REVOKED",
  "HANDLER_TIMEOUT",
  "MIDDLEWARE_NEXT_TWICE",
  "EVENT_EXPIRED",
  "EVENT_UNKNOWN",
  "REQUEST_ABORTED",
  "REQUEST_FAILED",
  "REQUEST_NO_HANDLER",
  "REQUEST_REFUSED",
  "REQUEST_TIMEOUT",
  "TRACKER_TIMEOUT",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The codes that begin with a prefix: `CodesOf<"BUS">` has `"BUS_CLOSED"` and its like. */
export type CodesOf<Prefix extends string> = Extract<ErrorCode, `${Prefix}_${string}`>;

/** What every error of the runtime has: a stable `code` that says which, beside a class that says what to do. */
export abstract class EventwrightError extends Error {
  abstract readonly code: ErrorCode;
}

export interface PayloadErrorDetails {
  readonly contract: string;
  readonly direction: "publish" | "receive";
  readonly violation?: Violation | undefined;
  readonly cause?: unknown;
}

/** A payload does not fit its contract. Nothing was sent, or nothing reached a handler. */
export class PayloadError extends EventwrightError {
  override readonly name = "PayloadError";
  readonly code: CodesOf<"PAYLOAD">;
  readonly contract: string;
  readonly direction: "publish" | "receive";
  /** Where it went wrong; absent when the bytes are no JSON at all. */
  readonly violation?: Violation;

  constructor(code: CodesOf<"PAYLOAD">, message: string, details: PayloadErrorDetails) {
    super(message, causeOf(details));
    this.code = code;
    this.contract = details.contract;
    this.direction = details.direction;
    if (details.violation !== undefined) this.violation = details.violation;
  }
}

/** Whether an event that failed to be published can have been sent: `refused` is certainly not, `unknown` may be. */
export type PublishOutcome = "refused" | "unknown";

export interface PublishErrorDetails {
  readonly outcome: PublishOutcome;
  readonly cause?: unknown;
  /** With several brokers: those that took the event. */
  readonly accepted?: readonly string[];
}

/** A publish did not succeed. Publishing again with the same `id` is safe, whatever the outcome. */
export class PublishError extends EventwrightError {
  override readonly name = "PublishError";
  readonly code: CodesOf<"PUBLISH">;
  readonly outcome: PublishOutcome;
  /** Names of the brokers that took the event, when it went to several. */
  readonly accepted: readonly string[];

  constructor(code: CodesOf<"PUBLISH">, message: string, details: PublishErrorDetails) {
    super(message, causeOf(details));
    this.code = code;
    this.outcome = details.outcome;
    this.accepted = details.accepted ?? [];
  }
}

/** Of a publish that was certainly not sent. @internal */
export function notSent(code: CodesOf<"PUBLISH">, what: string, why: string): PublishError {
  return new PublishError(code, `cannot publish ${what}: ${why}`, { outcome: "refused" });
}

type BusCode = CodesOf<"BUS" | "CONTRACT" | "FEATURE" | "LISTENER"> | "HANDLER_TAKEN";

/** The bus was set up or used wrongly; only a change to the program helps. */
export class BusError extends EventwrightError {
  override readonly name = "BusError";
  readonly code: BusCode;

  constructor(code: BusCode, message: string, details: { readonly cause?: unknown } = {}) {
    super(message, causeOf(details));
    this.code = code;
  }
}

/** A broker cannot do its work now. */
export class BrokerError extends EventwrightError {
  override readonly name = "BrokerError";
  readonly code: CodesOf<"BROKER">;

  constructor(code: CodesOf<"BROKER">, message: string, details: { readonly cause?: unknown } = {}) {
    super(message, causeOf(details));
    this.code = code;
  }
}

type HandlingCode =
  | CodesOf<"EVENT" | "MIDDLEWARE" | "TRACKER">
  | Exclude<CodesOf<"HANDLER">, "HANDLER_TAKEN">;

/** An event could not be handled, for a reason that is not the handler's own error. */
export class HandlingError extends EventwrightError {
  override readonly name = "HandlingError";
  readonly code: HandlingCode;

  constructor(code: HandlingCode, message: string, details: { readonly cause?: unknown } = {}) {
    super(message, causeOf(details));
    this.code = code;
  }
}

/** What a failed handler tells the caller of a command or query: no stack, nothing of its inside. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/** A command or query was not answered. */
export class RequestError extends EventwrightError {
  override readonly name = "RequestError";
  readonly code: CodesOf<"REQUEST">;
  /** What the handler threw, for `REQUEST_FAILED`. */
  readonly remote?: RemoteError;

  constructor(
    code: CodesOf<"REQUEST">,
    message: string,
    details: { readonly cause?: unknown; readonly remote?: RemoteError } = {},
  ) {
    super(message, causeOf(details));
    this.code = code;
    if (details.remote !== undefined) this.remote = details.remote;
  }
}

function causeOf(details: { readonly cause?: unknown }): { cause: unknown } | undefined {
  return details.cause === undefined ? undefined : { cause: details.cause };
}
