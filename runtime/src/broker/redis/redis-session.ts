import { PublishError } from "../../errors.js";
import type { BrokerHost, BrokerSubscription, Delivery, Inspection, SubscribeOptions } from "../broker.js";
import type { Message, OutgoingMessage } from "../message.js";
import { ConsumerNames } from "./consumer-names.js";
import { GroupTakes } from "./group-takes.js";
import { PublishQueue, type PublishTarget } from "./publish-queue.js";
import type { RedisKeys, StreamKeys } from "./redis-keys.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import { RedisPubSub } from "./redis-pubsub.js";
import { inspectScript, publishScript } from "./redis-scripts.js";
import type { CommandLink, RedisServers, ServersHooks } from "./redis-servers.js";
import { asList, textOf } from "./stream-entry.js";
import { ownGroupPrefix, StreamGroup } from "./stream-group.js";
import { blockMs, StreamReader } from "./stream-reader.js";
import { StreamSubscription } from "./stream-subscription.js";
import { StreamTarget } from "./stream-target.js";

/** Most deliveries that a subscription without a limit of its own holds. */
const mostHeld = 10_000;

const noRoute = {};

/** One life of a broker, from `connect` to `close`. */
export class RedisSession {
  readonly #options: ResolvedRedisOptions;
  readonly #keys: RedisKeys;
  readonly #host: BrokerHost;
  readonly #servers: RedisServers;
  readonly #pubSub: RedisPubSub;
  /** On streams. */
  readonly #subscriptions = new Set<BrokerSubscription>();
  readonly #queues = new Set<PublishQueue>();
  readonly #pubSubQueue: PublishQueue;
  /** By the channel's address. */
  readonly #eventQueues = new Map<string, PublishQueue>();
  /** By the stream. */
  readonly #requestQueues = new Map<string, PublishQueue>();
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
    this.#pubSubQueue = this.#channels();
  }

  open(): Promise<void> {
    return this.#servers.open();
  }

  linkOf(key: string): CommandLink {
    return this.#servers.linkOf(key);
  }

  publish(message: OutgoingMessage): Promise<void> {
    const { kind, durable } = message;
    if (kind !== "event") return this.#sendRequest(message);
    if (!durable) return this.#pubSubQueue.add(message);
    const { channelAddress = message.address } = message;
    let queue = this.#eventQueues.get(channelAddress);
    if (queue === undefined) {
      queue = this.#stream(this.#keys.events(channelAddress));
      this.#eventQueues.set(channelAddress, queue);
    }
    return queue.add(message);
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
    return this.#pubSubQueue.add({ ...reply, expectsReply: false, cancelled: false, written: false });
  }

  async subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<BrokerSubscription> {
    if (options.kind === "event" && !options.durable) return this.#pubSub.subscribe(options, onDelivery);
    const subscription = this.#streamSubscription(options, onDelivery, () =>
      this.#subscriptions.delete(subscription),
    );
    this.#subscriptions.add(subscription);
    try {
      await subscription.open();
      return subscription;
    } catch (error) {
      await subscription.close();
      throw error;
    }
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
    for (const queue of this.#queues) queue.close();
    await this.#pubSub.close();
    await this.#servers.close();
  }

  #streamSubscription(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
    onClosed: () => void,
  ): StreamSubscription {
    const { name, instance, scope, kind, durable, address, channelAddress = address, types } = options;
    const [type = ""] = types; // a handler of requests has one contract
    const keys =
      kind === "event" ? this.#keys.events(channelAddress) : this.#keys.requests(channelAddress, type);
    const isOwn = scope === "broadcast";
    const isShared = kind !== "event" && !durable;
    const member = `${instance}.${crypto.randomUUID().slice(0, 8)}`;
    const link = this.linkOf(keys.stream);
    const group = isOwn ? `${ownGroupPrefix}${name}:${member}` : keys.groupOf(name);
    const takes =
      isOwn || kind !== "event"
        ? undefined
        : new GroupTakes({
            link,
            key: keys.takes(group),
            address,
            types,
            isExclusive: options.exclusive === true,
          });
    return new StreamSubscription({
      options: { ...options, channelAddress, prefetch: Math.min(options.prefetch, mostHeld) },
      onDelivery,
      group: new StreamGroup(link, keys, group, new ConsumerNames(member, 2 * blockMs)),
      takes,
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
        await takes?.say();
      },
      onReport: this.#host.onReport,
      onClosed,
      connectTimeoutMs: this.#options.connectTimeoutMs,
      leaseMs: this.#options.leaseMs,
      retainMs: this.#options.retainMs,
      onGroupLost: this.#options.onGroupLost,
      life: isOwn ? "own" : isShared ? "shared" : "lasting",
    });
  }

  async #inspectStream(keys: StreamKeys, listener: string): Promise<readonly number[]> {
    const link = this.linkOf(keys.stream);
    const group = keys.groupOf(listener);
    const [counts, letters] = await Promise.all([
      link.call("EVAL", inspectScript, 3, keys.stream, keys.retry(group), keys.later(group), group),
      link.call("XLEN", keys.dead(listener)),
    ]);
    return [...asList(counts), letters].map(Number);
  }

  async #sendRequest(message: OutgoingMessage): Promise<void> {
    const { channelAddress = message.address, type, expectsReply } = message;
    if (expectsReply) await this.#takeReplies();
    const keys = this.#keys.requests(channelAddress, type);
    const queue = this.#requestQueues.get(keys.stream) ?? this.#stream(keys);
    this.#requestQueues.set(keys.stream, queue);
    return queue.add(message);
  }

  #retry(): void {
    for (const queue of this.#queues) queue.flush();
  }

  #takeReplies(): Promise<void> {
    this.#takingReplies ??= this.#pubSub.takeReplies(this.#repliesTo, this.#host.onReply);
    return this.#takingReplies;
  }

  /** The queue of a stream. */
  #stream(keys: StreamKeys): PublishQueue {
    return this.#newQueue(
      new StreamTarget({
        link: this.linkOf(keys.stream),
        keys,
        repliesTo: this.#repliesTo,
        options: this.#options,
        onRefused: (code) => this.#servers.onRefused(keys.stream, code),
      }),
    );
  }

  /** The queue of all that goes over Pub/Sub. */
  #channels(): PublishQueue {
    const link = this.linkOf(this.#repliesTo);
    return this.#newQueue({
      link,
      write: (message, writer) => {
        const { kind, address } = message;
        writer.document(message, noRoute, kind === "reply" ? address : this.#keys.channel(address));
      },
      send: async (writer, messages) => {
        if (messages.length > 1) return Number(await link.send(writer.take("EVAL", publishScript, 0)));
        // What the script does, without the price of one.
        await link.send(writer.take("PUBLISH"));
        return 1;
      },
      onRefused: (code) => this.#servers.onRefused(this.#repliesTo, code),
    });
  }

  #newQueue(target: PublishTarget): PublishQueue {
    const queue = new PublishQueue(target);
    this.#queues.add(queue);
    if (this.#closed) queue.close();
    return queue;
  }
}
