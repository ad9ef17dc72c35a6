import type { Buffer } from "node:buffer";
import { isPattern, matchesPattern } from "../../address.js";
import { BrokerError } from "../../errors.js";
import type { BrokerSubscription, Delivery, SubscribeOptions } from "../broker.js";
import type { Message } from "../message.js";
import { DocumentReader } from "./document-reader.js";
import { PubSubSubscription } from "./pubsub-subscription.js";
import type { RedisClient } from "./redis-client.js";
import type { RedisKeys } from "./redis-keys.js";
import type { RedisLink } from "./redis-link.js";
import type { LinkHooks } from "./redis-servers.js";

export interface RedisPubSubParts {
  readonly keys: RedisKeys;
  readonly makeLink: (hooks: LinkHooks) => RedisLink;
  readonly onReport: (error: unknown) => void;
}

/** Who gets what comes on a channel, or on those that a glob matches. */
type Receivers = Map<string, Set<PubSubSubscription>>;

/** All Pub/Sub of a broker, on one connection: one subscription at the server for each channel or glob. */
export class RedisPubSub {
  readonly #parts: RedisPubSubParts;
  readonly #link: RedisLink;
  readonly #documents = new DocumentReader();
  readonly #channels: Receivers = new Map();
  readonly #globs: Receivers = new Map();
  #repliesTo: string | undefined;
  #onReply: (message: Message) => void = () => {};
  #whenUp: (() => void)[] = [];
  #wasUp = false;
  #closed = false;

  constructor(parts: RedisPubSubParts) {
    this.#parts = parts;
    this.#link = parts.makeLink({
      setUp: (client) => this.#setUp(client),
      onUp: () => this.#onUp(),
      onDown: () => {},
    });
  }

  get isUp(): boolean {
    return this.#link.isUp;
  }

  /** Resolves when what is published from then on arrives. */
  async subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<PubSubSubscription> {
    const { address } = options;
    const { keys } = this.#parts;
    const [receivers, name] = isPattern(address)
      ? [this.#globs, keys.glob(address)]
      : [this.#channels, keys.channel(address)];
    const subscription = new PubSubSubscription(this, options, onDelivery, this.#parts.onReport, () =>
      this.#leave(receivers, name, subscription),
    );
    const others = receivers.get(name) ?? new Set();
    receivers.set(name, others.add(subscription));
    await this.#enter(receivers, name);
    return subscription;
  }

  /** Takes replies on a channel. Resolves when they arrive. */
  async takeReplies(channel: string, onReply: (message: Message) => void): Promise<void> {
    this.#repliesTo = channel;
    this.#onReply = onReply;
    await this.#enter(this.#channels, channel);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const resolve of this.#whenUp.splice(0)) resolve();
    await this.#link.close();
  }

  async #enter(receivers: Receivers, name: string): Promise<void> {
    await this.#link.open();
    for (let client = this.#link.client; !this.#closed; client = this.#link.client) {
      try {
        if (client === undefined) await new Promise<void>((resolve) => this.#whenUp.push(resolve));
        else
          return void (await (receivers === this.#globs ? client.psubscribe(name) : client.subscribe(name)));
      } catch {
        // The connection is gone: the next one subscribes to all, and then this is sure.
      }
    }
  }

  async #leave(receivers: Receivers, name: string, subscription: PubSubSubscription): Promise<void> {
    const others = receivers.get(name);
    if (others?.delete(subscription) !== true || others.size > 0) return;
    receivers.delete(name);
    const { client } = this.#link;
    await (receivers === this.#globs ? client?.punsubscribe(name) : client?.unsubscribe(name))?.catch(
      () => {},
    );
  }

  async #setUp(client: RedisClient): Promise<void> {
    client.on("messageBuffer", (channel, document) => this.#onMessage(channel.toString(), document));
    client.on("pmessageBuffer", (glob, channel, document) =>
      this.#deliver(this.#globs.get(glob), channel.toString(), document),
    );
    const channels = [...this.#channels.keys()];
    if (this.#repliesTo !== undefined) channels.push(this.#repliesTo);
    if (channels.length > 0) await client.subscribe(...channels);
    if (this.#globs.size > 0) await client.psubscribe(...this.#globs.keys());
  }

  #onUp(): void {
    for (const resolve of this.#whenUp.splice(0)) resolve();
    if (this.#wasUp && this.#channels.size + this.#globs.size > 0) {
      const names = [...this.#channels.keys(), ...this.#globs.keys()].join(" ");
      this.#parts.onReport(
        new BrokerError(
          "BROKER_FAILED",
          `the subscription connection was lost and made again: events on ${names} may be missing`,
        ),
      );
    }
    this.#wasUp = true;
  }

  #onMessage(channel: string, document: Buffer): void {
    if (channel !== this.#repliesTo) {
      this.#deliver(this.#channels.get(channel), channel, document);
      return;
    }
    const message = this.#documents.read(document, {
      address: channel,
      channel,
      durable: false,
      kind: "reply",
    });
    if (message.type === "") this.#reportRubbish(channel);
    else this.#onReply(message);
  }

  #deliver(receivers: ReadonlySet<PubSubSubscription> | undefined, channel: string, document: Buffer): void {
    if (receivers === undefined) return;
    const address = this.#parts.keys.addressOf(channel);
    const message = this.#documents.read(document, { address, channel: "", durable: false, kind: "event" });
    if (message.type === "") {
      this.#reportRubbish(channel);
      return;
    }
    for (const receiver of [...receivers]) {
      const { options } = receiver;
      if (!options.wants(message.type) || !matchesPattern(options.address, address)) continue;
      receiver.deliver({ ...message, channel: options.channel });
    }
  }

  #reportRubbish(channel: string): void {
    this.#parts.onReport(
      new BrokerError("BROKER_FAILED", `got something on ${channel} that is no CloudEvent`),
    );
  }
}
