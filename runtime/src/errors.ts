import type { Violation } from "./contract/violation.js";

/** What every error of the runtime has: a stable `code` that says which, beside a class that says what to do. */
export abstract class EventwrightError extends Error {
  abstract readonly code: string;
}

/** A payload does not fit its contract. Nothing was sent, or nothing reached a handler. */
export class PayloadError extends EventwrightError {
  override readonly name = "PayloadError";
  readonly code: "PAYLOAD_INVALID" | "PAYLOAD_MALFORMED";
  readonly contract: string;
  readonly direction: "publish" | "receive";
  /** Where it went wrong; absent when the bytes are no JSON at all. */
  readonly violation?: Violation;

  constructor(
    code: "PAYLOAD_INVALID" | "PAYLOAD_MALFORMED",
    message: string,
    details: { contract: string; direction: "publish" | "receive"; violation?: Violation; cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.contract = details.contract;
    this.direction = details.direction;
    if (details.violation !== undefined) this.violation = details.violation;
  }
}
