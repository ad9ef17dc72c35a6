import { BrokerError } from "../errors.js";
import type { DeadLetter, Delivery, SubscribeOptions } from "./broker.js";

/** The dead letter of an event whose handler has ended its process each time: nobody else can say that it is lost. */
export function killerLetter(
  { name, channel, instance }: SubscribeOptions,
  { message, attempt, firstFailedAt }: Delivery,
): { readonly error: BrokerError; readonly letter: DeadLetter } {
  const attempts = attempt - 1;
  const error = new BrokerError(
    "BROKER_FAILED",
    `${name} cannot handle an event: each process that began to, ended; it was given back ${attempts} times`,
  );
  const now = Date.now();
  const letter: DeadLetter = {
    id: crypto.randomUUID(),
    reason: "failed",
    listener: name,
    channel,
    error: { name: error.name, message: error.message, code: error.code },
    attempts,
    firstFailedAt: new Date(firstFailedAt ?? now).toISOString(),
    failedAt: new Date(now).toISOString(),
    instance,
    message,
  };
  return { error, letter };
}
