import { BrokerError, PublishError } from "../../errors.js";
import type { BrokerHost, BrokerSubscription, Delivery, Inspection, SubscribeOptions } from "../broker.js";
import type { Message, OutgoingMessage } from "../message.js";
import { PublishQueue } from "./publish-queue.js";
import type { RedisKeys, StreamKeys } from "./redis-keys.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import { RedisPubSub } from "./redis-pubsub.js";
import { addScript, inspectScript, publishScript } from "./redis-scripts.js";
import type { CommandLink, RedisServers, ServersHooks } from "./redis-servers.js";
import { asList, textOf } from "./stream-entry.js";
import { ownGroupPrefix, StreamGroup } from "./stream-group.js";
import { blockMs, StreamReader } from "./stream-reader.js";
import { StreamSubscription } from "./stream-subscription.js";
import { encodeMessage } from "./wire-format.js";

/** Most deliveries that a subscription without a limit of its own holds. */
const mostHeld = 10_000;

/** One life of a broker, from `connect` to `close`. */
export class RedisSession {
  readonly #options: ResolvedRedisOptions;
  readonly #keys: RedisKeys;
  readonly #host: BrokerHost;
  readonly #servers: RedisServers;
  readonly #pubSub: RedisPubSub;
  readonly #subscriptions = new Set<BrokerSubscription>();
  readonly #queues = new Map<string, PublishQueue>();
  readonly #repliesTo: string;
  #takingReplies: Promise<void> | undefined;
  #closed = false;

  constructor(
    options: ResolvedRedisOptions,
    keys: RedisKeys,
    host: BrokerHost,
    connect: (hooks: ServersHooks) => RedisServers,
  ) {
    this.#options = options;
    this.#keys = keys;
    this.#host = host;
    this.#repliesTo = keys.replies(crypto.randomUUID());
    this.#servers = connect({
      onUp: () => host.onStatus("open"),
      onDown: (cause) => host.onStatus("reconnecting", cause),
      onRetry: () => this.#retry(),
    });
    this.#pubSub = new RedisPubSub({
      keys,
      makeLink: (hooks) => this.#servers.makeLink(undefined, hooks),
      onReport: host.onReport,
    });
  }

  open(): Promise<void> {
    return this.#servers.open();
  }

  linkOf(key: string): CommandLink {
    return this.#servers.linkOf(key);
  }

  async publish(message: OutgoingMessage): Promise<void> {
    const { kind, durable, expectsReply, channelAddress = message.address } = message;
    if (kind === "event") {
      return durable
        ? this.#stream(this.#keys.events(channelAddress)).add(message)
        : this.#channels().add(message);
    }
    if (expectsReply) await this.#takeReplies();
    return this.#stream(this.#keys.requests(channelAddress, message.type)).add(message);
  }

  /** @throws PublishError for a reply that is to go where no replies are taken */
  reply({ replyTo = "", channel, type, attributes, body }: Message): Promise<void> {
    if (!this.#keys.isReplies(replyTo)) {
      const why = `cannot reply to ${type}: its sender takes replies at none of this broker's channels`;
      return Promise.reject(new PublishError("PUBLISH_UNROUTABLE", why, { outcome: "refused" }));
    }
    const reply = {
      address: replyTo,
      channel,
      durable: false,
      kind: "reply",
      type,
      attributes,
      body,
    } as const;
    return this.#channels().add({ ...reply, expectsReply: false, cancelled: false, written: false });
  }

  async subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<BrokerSubscription> {
    if (options.kind === "event" && !options.durable) {
      const subscription = await this.#pubSub.subscribe(options, onDelivery);
      this.#subscriptions.add(subscription);
      return subscription;
    }
    const subscription = this.#streamSubscription(options, onDelivery);
    this.#subscriptions.add(subscription);
    await subscription.open();
    return subscription;
  }

  async inspect(listener: string): Promise<Inspection> {
    const known = this.#keys.streamsOf(listener);
    const streams = asList(await this.linkOf(known).call("SMEMBERS", known)).map(textOf);
    const counts = await Promise.all(
      streams.map((stream) => this.#inspectStream(this.#keys.ofStream(stream), listener)),
    );
    const sum = (index: number): number => counts.reduce((total, count) => total + (count[index] ?? 0), 0);
    return { waiting: sum(0), unsettled: sum(1), delayed: sum(2), deadLetters: sum(3) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#subscriptions, (subscription) => subscription.close()));
    for (const queue of this.#queues.values()) queue.close();
    await this.#pubSub.close();
    await this.#servers.close();
  }

  #streamSubscription(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): StreamSubscription {
    const { name, instance, scope, kind, durable, address, channelAddress = address, types } = options;
    const [type = ""] = types; // a handler of requests has one contract
    const keys =
      kind === "event" ? this.#keys.events(channelAddress) : this.#keys.requests(channelAddress, type);
    const isOwn = scope === "broadcast";
    const isShared = kind !== "event" && !durable;
    const member = `${instance}.${crypto.randomUUID().slice(0, 8)}`;
    const link = this.linkOf(keys.stream);
    return new StreamSubscription({
      options: { ...options, channelAddress, prefetch: Math.min(options.prefetch, mostHeld) },
      onDelivery,
      group: new StreamGroup(link, keys, isOwn ? `${ownGroupPrefix}${name}:${member}` : name, member),
      reader: new StreamReader(
        (hooks) =>
          this.#servers.makeLink(keys.stream, {
            ...hooks,
            silenceMs: blockMs + this.#options.answerTimeoutMs,
          }),
        link,
      ),
      register: async () => {
        const known = this.#keys.streamsOf(name);
        await this.linkOf(known).call("SADD", known, keys.stream);
      },
      onReport: this.#host.onReport,
      leaseMs: this.#options.leaseMs,
      onGroupLost: this.#options.onGroupLost,
      life: isOwn ? "own" : isShared ? "shared" : "lasting",
    });
  }

  async #inspectStream(keys: StreamKeys, listener: string): Promise<readonly number[]> {
    const link = this.linkOf(keys.stream);
    const [counts, letters] = await Promise.all([
      link.call("EVAL", inspectScript, 3, keys.stream, keys.retry(listener), keys.later(listener), listener),
      link.call("XLEN", keys.dead(listener)),
    ]);
    return [...asList(counts), letters].map(Number);
  }

  #retry(): void {
    for (const queue of this.#queues.values()) queue.flush();
  }

  #takeReplies(): Promise<void> {
    this.#takingReplies ??= this.#pubSub.takeReplies(this.#repliesTo, this.#host.onReply);
    return this.#takingReplies;
  }

  /** The queue of a stream. */
  #stream({ stream }: StreamKeys): PublishQueue {
    const link = this.linkOf(stream);
    const { maxStreamLength } = this.#options;
    return this.#queue(stream, {
      get isUp() {
        return link.isUp;
      },
      encode: (message) => [this.#encodeForStream(message)],
      send: async (documents) => {
        const [taken] = await Promise.all([
          link.call("EVAL", addScript, 1, stream, maxStreamLength, ...documents),
          this.#waitForReplicas(link),
        ]);
        return Number(taken);
      },
      onRefused: (code) => this.#servers.onRefused(stream, code),
    });
  }

  /** The queue of all that goes over Pub/Sub. */
  #channels(): PublishQueue {
    const link = this.linkOf(this.#repliesTo);
    return this.#queue("", {
      get isUp() {
        return link.isUp;
      },
      encode: (message) => [
        message.kind === "reply" ? message.address : this.#keys.channel(message.address),
        encodeMessage(message),
      ],
      send: async (words, count) => {
        await link.call("EVAL", publishScript, 0, ...words);
        return count;
      },
      onRefused: (code) => this.#servers.onRefused(this.#repliesTo, code),
    });
  }

  #queue(name: string, target: ConstructorParameters<typeof PublishQueue>[0]): PublishQueue {
    const queue = this.#queues.get(name) ?? new PublishQueue(target);
    this.#queues.set(name, queue);
    if (this.#closed) queue.close();
    return queue;
  }

  #encodeForStream(message: OutgoingMessage): Buffer {
    const { address, channelAddress = address, expectsReply } = message;
    return encodeMessage(
      message,
      address === channelAddress ? undefined : address,
      expectsReply ? this.#repliesTo : undefined,
    );
  }

  /** Asked for behind the write on the same connection. @throws BrokerError when too few have it in time */
  async #waitForReplicas(link: CommandLink): Promise<void> {
    const { replicas, replicasTimeoutMs } = this.#options;
    if (replicas === 0) return;
    const copies = Number(await link.call("WAIT", replicas, replicasTimeoutMs));
    if (copies >= replicas) return;
    throw new BrokerError("BROKER_FAILED", `expected ${replicas} replicas to have it, got ${copies}`);
  }
}
