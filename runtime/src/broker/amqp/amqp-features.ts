import type { BrokerFeatures } from "../broker.js";
import type { AmqpClient } from "./amqp-client.js";

/** What RabbitMQ can do by this broker; `maxBytes` is set by its options. */
export const amqpFeatures: BrokerFeatures = {
  durable: true,
  groups: "all",
  broadcast: "all",
  nack: "all",
  nackDelay: "all",
  deadLetter: "durable",
  delay: "all",
  // Set once the server is known.
  priority: "none",
  exclusive: "all",
  replay: "none",
  publishDedup: "none",
  ordered: "channel",
  // RabbitMQ counts each return of a delivery, whatever the reason, up to 4.2 at least.
  attemptCount: "returns",
  patterns: true,
  requestReply: true,
  unroutable: "durable",
  maxBytes: Number.POSITIVE_INFINITY,
};

/** What the server can do that a client is connected to. */
export interface ServerAbilities {
  /** RabbitMQ 4 and later advise against queues that are neither durable nor exclusive, and may refuse them. */
  readonly keepsTransient: boolean;
  /** Quorum queues of RabbitMQ 4 and later know two priorities. */
  readonly hasPriorities: boolean;
}

export function abilitiesOf({ connection }: AmqpClient): ServerAbilities {
  const { version } = connection.serverProperties;
  const major = typeof version === "string" ? Number.parseInt(version, 10) : Number.NaN;
  return { keepsTransient: major < 4, hasPriorities: major >= 4 };
}
