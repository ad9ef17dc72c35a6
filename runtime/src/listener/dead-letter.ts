import type { DeadLetter, Delivery } from "../broker/broker.js";
import { describeThrown } from "../thrown.js";

/** Longest message and stack kept in a dead letter. */
const longestText = 4_000;

export interface FailureContext {
  readonly reason: string;
  readonly error?: unknown;
  readonly listener: string;
  readonly instance: string;
  readonly attempts: number;
  readonly firstFailedAt: number;
  readonly failedAt: number;
}

/** What is stored of an event that ends in failure: the untouched original and how it came to this. */
export function buildDeadLetter({ message }: Delivery, failure: FailureContext): DeadLetter {
  const { reason, error, listener, instance, attempts, firstFailedAt, failedAt } = failure;
  return {
    id: crypto.randomUUID(),
    reason,
    listener,
    channel: message.channel,
    ...(error === undefined ? {} : { error: describeError(error) }),
    attempts,
    firstFailedAt: new Date(firstFailedAt).toISOString(),
    failedAt: new Date(failedAt).toISOString(),
    instance,
    message,
  };
}

function describeError(error: unknown): NonNullable<DeadLetter["error"]> {
  const { message, stack, ...rest } = describeThrown(error);
  return {
    ...rest,
    message: message.slice(0, longestText),
    ...(stack === undefined ? {} : { stack: stack.slice(0, longestText) }),
  };
}
