import { BrokerError } from "../errors.js";
import type { DeadLetter, Delivery, SubscribeOptions } from "./broker.js";

/** A dead letter that no handler has asked for, with what is to be reported of it. */
export interface BrokerLetter {
  readonly error: BrokerError;
  readonly letter: DeadLetter;
}

/** `problem` says what the listener cannot do, and why. */
export function brokerLetter(
  { name, channel, instance }: SubscribeOptions,
  { message, attempt, firstFailedAt }: Delivery,
  { reason, problem }: { readonly reason: DeadLetter["reason"]; readonly problem: string },
): BrokerLetter {
  const error = new BrokerError("BROKER_FAILED", `${name} ${problem}`);
  const now = Date.now();
  const letter: DeadLetter = {
    id: crypto.randomUUID(),
    reason,
    listener: name,
    channel,
    error: { name: error.name, message: error.message, code: error.code },
    attempts: attempt - 1,
    firstFailedAt: new Date(firstFailedAt ?? now).toISOString(),
    failedAt: new Date(now).toISOString(),
    instance,
    message,
  };
  return { error, letter };
}
