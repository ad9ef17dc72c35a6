import type { Broker } from "@eventwright/runtime";
import { AmqpBroker } from "@eventwright/runtime/amqp";
import { RedisBroker } from "@eventwright/runtime/redis";

/** The brokers that need a server. */
export type ServerKind = "redis" | "amqp";

export function makeBroker(kind: ServerKind, url: string): Broker {
  return kind === "redis" ? new RedisBroker({ url }) : new AmqpBroker({ url });
}
