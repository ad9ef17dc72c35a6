import { patternOf } from "../address.js";
import type { Broker, BrokerSubscription, SubscribeOptions } from "../broker/broker.js";
import type { AnyContract } from "../contract/contract.js";
import { brokersOf } from "../publish/publisher.js";
import { ListenerRunner } from "./listener-runner.js";
import { type Registration, resolveListener } from "./registration.js";
import type { RunnerHost } from "./runner-host.js";

/** Deliveries held for each handler that may run, where keys can make some wait for others. */
const prefetchPerKeyedHandler = 4;

/** A listener at work: its runner and where its events come from. */
export class ActiveListener {
  readonly registration: Registration;
  readonly name: string;
  readonly runner: ListenerRunner;
  readonly #host: RunnerHost;
  readonly #subscriptions = new Map<BrokerSubscription, Broker>();
  #stopping: Promise<void> | undefined;

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
    return this.#subscriptions.get(subscription);
  }

  /** Resolves once events arrive. One subscription for each channel and broker. */
  async open(): Promise<void> {
    for (const options of this.#subscribeOptions()) {
      for (const broker of brokersOf(this.#host.options, options.channel)) {
        const subscription = await broker.subscribe(options, (delivery, from) => {
          this.#subscriptions.set(from, broker);
          this.runner.take(delivery, from);
        });
        this.#subscriptions.set(subscription, broker);
      }
    }
  }

  /** No handler starts from here on; those that run may end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Resolves when no handler runs any more. */
  drained(): Promise<void> {
    return this.runner.drained();
  }

  /** Gives back what is not settled. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions.keys()) await subscription.close();
  }

  async #stop(): Promise<void> {
    this.runner.stop();
    for (const subscription of this.#subscriptions.keys()) await subscription.stop();
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
      kind: listener.kind,
      channel: channel.name,
      durable: channel.durable,
      address: patternOf(channel, listener.parameters),
      contracts: contracts
        .filter((contract) => contract.channel === channel)
        .map((contract) => contract.name),
      wants: (type) => {
        const contract: AnyContract | undefined = registry.find(type);
        return contract === undefined ? registry.closed : listener.handlers.has(contract);
      },
      prefetch: listener.concurrency * (listener.keyed ? prefetchPerKeyedHandler : 1),
    }));
  }
}
