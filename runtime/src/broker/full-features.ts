import type { BrokerFeatures } from "./broker.js";

/** Everything that a broker can do. */
export const fullFeatures: BrokerFeatures = {
  durable: true,
  groups: "all",
  broadcast: "all",
  nack: "all",
  nackDelay: "all",
  deadLetter: "all",
  delay: "all",
  priority: "all",
  exclusive: "all",
  replay: "durable",
  publishDedup: "all",
  ordered: "channel",
  attemptCount: "broker",
  patterns: true,
  requestReply: true,
  unroutable: "durable",
  maxBytes: Number.POSITIVE_INFINITY,
};
