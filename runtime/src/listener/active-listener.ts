import { matchesPattern } from "../address.js";
import type { Broker, BrokerSubscription, SubscribeOptions } from "../broker/broker.js";
import type { Channel } from "../contract/channel.js";
import type { AnyContract } from "../contract/contract.js";
import { BusError } from "../errors.js";
import { ListenerRunner } from "./listener-runner.js";
import { type Registration, type ResolvedListener, resolveListener } from "./registration.js";
import { longestHoldMs } from "./retry.js";
import type { RunnerHost } from "./runner-host.js";

/** Deliveries held for each handler that may run, where keys can make some wait for others. */
const prefetchPerKeyedHandler = 4;

/** A listener at work: its runner and where its events come from. */
export class ActiveListener {
  readonly registration: Registration;
  readonly name: string;
  readonly runner: ListenerRunner;
  readonly #host: RunnerHost;
  readonly #subscriptions = new Map<
    BrokerSubscription,
    { readonly broker: Broker; readonly channel: string }
  >();

  #closed = false;

  constructor(registration: Registration, name: string, host: RunnerHost) {
    this.registration = registration;
    this.name = name;
    this.#host = host;
    this.runner = new ListenerRunner(resolveListener(registration, name), host);
  }

  get consuming(): boolean {
    return [...this.#subscriptions.keys()].every((subscription) => subscription.consuming);
  }

  brokerOf(subscription: BrokerSubscription): Broker | undefined {
    return this.#subscriptions.get(subscription)?.broker;
  }

  /** Resolves once events arrive. One subscription for each channel and broker. */
  async open(): Promise<void> {
    for (const options of this.#subscribeOptions()) {
      for (const broker of this.#host.routes.of(options.channel)) await this.#subscribe(broker, options);
    }
  }

  /** Takes one channel's events from other brokers as well. */
  async openOn(channel: string, brokers: readonly Broker[]): Promise<void> {
    for (const options of this.#subscribeOptions().filter((option) => option.channel === channel)) {
      for (const broker of brokers) await this.#subscribe(broker, options);
    }
  }

  /** Where a channel's events come from. */
  sourcesOf(channel: string): readonly BrokerSubscription[] {
    return Array.from(this.#subscriptions).flatMap(([source, from]) =>
      from.channel === channel ? source : [],
    );
  }

  async leave(source: BrokerSubscription): Promise<void> {
    await source.stop();
    await source.close();
    this.#subscriptions.delete(source);
  }

  /** Whether it takes events of this contract that go to this address. */
  takes(contract: AnyContract, address: string): boolean {
    if (!this.runner.listener.handlers.has(contract)) return false;
    return matchesPattern(this.#addressOf(contract.channel), address);
  }

  /** No handler starts from here on; those that run may end. */
  stop(): Promise<void> {
    this.registration.onEnd?.();
    // First the sources: what the runner gives back must not come to it again.
    const stopped = this.#stopSubscriptions();
    this.runner.stop();
    return stopped;
  }

  /** Nothing published from here on arrives; what the broker has begun to deliver may be handled. */
  async end(): Promise<void> {
    this.registration.onEnd?.();
    await this.#stopSubscriptions();
    this.runner.stop();
    await this.runner.drained();
    await this.close();
  }

  /** Gives back what is not settled. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const subscription of this.#subscriptions.keys()) await subscription.close();
  }

  async #subscribe(broker: Broker, options: SubscribeOptions): Promise<void> {
    const from = { broker, channel: options.channel };
    const { runner } = this;
    let known: BrokerSubscription | undefined;
    const subscription = await broker.subscribe(options, (delivery, source) => {
      // The first event can come before the promise of the subscription resolves.
      if (source !== known) this.#subscriptions.set(source, from);
      known = source;
      runner.take(delivery, source);
    });
    this.#subscriptions.set(subscription, from);
    if (!this.#closed) return;
    await subscription.close();
    throw new BusError("BUS_CLOSED", `cannot listen as ${this.name}: closed meanwhile`);
  }

  #addressOf(channel: Channel<unknown>): string {
    const { address, parameters } = this.runner.listener;
    return address ?? channel.pattern(parameters);
  }

  async #stopSubscriptions(): Promise<void> {
    await Promise.all(Array.from(this.#subscriptions.keys(), (subscription) => subscription.stop()));
  }

  #subscribeOptions(): readonly SubscribeOptions[] {
    const { listener } = this.runner;
    const { registry, options } = this.#host;
    const contracts = [...listener.handlers.keys()];
    const channels = new Set(contracts.map((contract) => contract.channel));
    return Array.from(channels, (channel) => ({
      name: this.name,
      instance: options.instance,
      scope: listener.scope,
      exclusive: listener.exclusive,
      onRevoked: (delivery) => this.runner.revoke(delivery),
      from: listener.from,
      kind: listener.kind,
      channel: channel.name,
      durable: channel.durable,
      address: this.#addressOf(channel),
      channelAddress: channel.pattern(),
      ...namesOf(contracts.filter((contract) => contract.channel === channel)),
      wants: (type) => {
        const contract: AnyContract | undefined = registry.find(type);
        return contract === undefined ? registry.closed : listener.handlers.has(contract);
      },
      prefetch:
        listener.concurrency * (listener.keyed && listener.concurrency > 1 ? prefetchPerKeyedHandler : 1),
      timeoutMs: longestHold(listener),
    }));
  }
}

/** Handlers that fail again and again count, too, where a failed event is held for its later tries. */
function longestHold({ timeoutMs, retry }: ResolvedListener): number | undefined {
  if (retry?.order !== "stopKey") return timeoutMs;
  return longestHoldMs(retry) + (timeoutMs ?? 0) * (1 + retry.immediate + retry.delayed);
}

function namesOf(contracts: readonly AnyContract[]): Pick<SubscribeOptions, "contracts" | "types"> {
  return { contracts: contracts.map(({ name }) => name), types: contracts.map(({ type }) => type) };
}
