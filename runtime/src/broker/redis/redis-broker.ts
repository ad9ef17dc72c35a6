import { BrokerError, PublishError } from "../../errors.js";
import type {
  Broker,
  BrokerFeatures,
  BrokerHost,
  BrokerSubscription,
  DeadLetterStore,
  Delivery,
  Inspection,
  SubscribeOptions,
} from "../broker.js";
import type { Message, OutgoingMessage } from "../message.js";
import { connectServers } from "./connect-servers.js";
import { RedisDeadLetters } from "./redis-dead-letters.js";
import { RedisKeys } from "./redis-keys.js";
import { type RedisBrokerOptions, type ResolvedRedisOptions, resolveRedisOptions } from "./redis-options.js";
import { RedisSession } from "./redis-session.js";

/**
 * Carries events over Redis: by Pub/Sub on channels that are not durable, by Streams on durable ones; commands and
 * queries by Streams, their replies by Pub/Sub.
 */
export class RedisBroker implements Broker {
  readonly name = "redis";
  readonly features: BrokerFeatures;
  readonly deadLetters: DeadLetterStore;
  readonly #options: ResolvedRedisOptions;
  readonly #keys: RedisKeys;
  #host: BrokerHost | undefined;
  #session: RedisSession | undefined;

  /** @throws BusError `BUS_OPTIONS_INVALID` */
  constructor(options: RedisBrokerOptions = {}) {
    this.#options = resolveRedisOptions(options);
    this.#keys = new RedisKeys(this.#options.prefix);
    const { maxBytes, retainMs, dedupeWindowMs } = this.#options;
    this.features = {
      ...redisFeatures,
      replay: retainMs > 0 ? "durable" : "none",
      publishDedup: dedupeWindowMs > 0 ? "durable" : "none",
      maxBytes,
    };
    this.deadLetters = new RedisDeadLetters(this.#keys, (key) =>
      this.#connected("read dead letters").linkOf(key),
    );
  }

  async connect(host: BrokerHost): Promise<void> {
    const session = new RedisSession(this.#options, this.#keys, host, (hooks) =>
      connectServers(this.#options, hooks),
    );
    this.#session = session;
    this.#host = host;
    try {
      await session.open();
    } catch (error) {
      if (this.#session === session) this.#session = undefined;
      throw error;
    }
  }

  publish(message: OutgoingMessage): Promise<void> {
    if (this.#session !== undefined) return this.#session.publish(message);
    const why = `cannot publish ${message.type} to ${message.address}: broker is closed`;
    throw new PublishError("PUBLISH_CLOSED", why, { outcome: "refused" });
  }

  reply(message: Message): Promise<void> {
    return this.#connected("reply").reply(message);
  }

  async subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<BrokerSubscription> {
    return this.#connected(`subscribe ${options.name}`).subscribe(options, onDelivery);
  }

  async inspect(listener: string): Promise<Inspection> {
    return this.#connected("inspect").inspect(listener);
  }

  async close(): Promise<void> {
    const [session, host] = [this.#session, this.#host];
    this.#session = undefined;
    this.#host = undefined;
    await session?.close();
    host?.onStatus("closed");
  }

  #connected(what: string): RedisSession {
    if (this.#session !== undefined) return this.#session;
    throw new BrokerError("BROKER_CLOSED", `cannot ${what}: Redis broker is not connected`);
  }
}

const redisFeatures: BrokerFeatures = {
  durable: true,
  groups: "durable",
  broadcast: "all",
  nack: "durable",
  nackDelay: "durable",
  deadLetter: "durable",
  delay: "durable",
  priority: "none",
  exclusive: "durable",
  replay: "none",
  publishDedup: "none",
  ordered: "channel",
  attemptCount: "broker",
  patterns: true,
  requestReply: true,
  unroutable: "durable",
  maxBytes: 1_048_576,
};
