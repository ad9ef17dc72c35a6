import type { AnyContract } from "../contract/contract.js";
import type { Violation } from "../contract/violation.js";
import { BusError, notSent, PayloadError, PublishError, type PublishOutcome } from "../errors.js";
import { describeThrown } from "../thrown.js";

/** Whatever was thrown on the way of an event to its brokers, as one kind of error. */
export function asPublishError(contract: AnyContract, error: unknown, outcome: PublishOutcome): PublishError {
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

/** For parameters or headers that do not fit. */
export function refused(contract: AnyContract, what: string, violation: Violation): PublishError {
  const { path, expected, got } = violation;
  return notSent("PUBLISH_INVALID", contract.name, `${what} ${path}: expected ${expected}, got ${got}`);
}
