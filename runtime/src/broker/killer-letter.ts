import type { Delivery, SubscribeOptions } from "./broker.js";
import { type BrokerLetter, brokerLetter } from "./broker-letter.js";

/** The dead letter of an event whose handler has ended its process each time: nobody else can say that it is lost. */
export function killerLetter(options: SubscribeOptions, delivery: Delivery): BrokerLetter {
  const times = `it was given back ${delivery.attempt - 1} times`;
  const problem = `cannot handle an event: each process that began to, ended; ${times}`;
  return brokerLetter(options, delivery, { reason: "failed", problem });
}
