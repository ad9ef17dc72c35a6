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

/** RabbitMQ 4 and later advise against queues that are neither durable nor exclusive, and may refuse them. */
export function keepsTransient({ connection }: AmqpClient): boolean {
  const { version } = connection.serverProperties;
  return typeof version === "string" && Number.parseInt(version, 10) < 4;
}
