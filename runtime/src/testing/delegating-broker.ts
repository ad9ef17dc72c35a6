import type {
  Broker,
  BrokerFeatures,
  BrokerHost,
  BrokerSubscription,
  DeadLetter,
  DeadLetterStore,
  Delivery,
  Inspection,
  Redelivery,
  SubscribeOptions,
} from "../broker/broker.js";
import type { Message, OutgoingMessage } from "../broker/message.js";

export type OnDelivery = (delivery: Delivery, subscription: BrokerSubscription) => void;

/** Hands everything on to another broker: a start for brokers that change one thing. */
export class DelegatingBroker implements Broker {
  readonly name: string;
  readonly features: BrokerFeatures;
  readonly inner: Broker;

  constructor(inner: Broker) {
    this.inner = inner;
    this.name = inner.name;
    this.features = inner.features;
  }

  get deadLetters(): DeadLetterStore {
    const { deadLetters } = this.inner;
    if (deadLetters === undefined) throw new Error(`the ${this.name} broker keeps no dead letters`);
    return deadLetters;
  }

  connect(host: BrokerHost): Promise<void> {
    return this.inner.connect(host);
  }

  publish(message: OutgoingMessage): void | Promise<void> {
    return this.inner.publish(message);
  }

  reply(message: Message): void | Promise<void> {
    return this.inner.reply(message);
  }

  /** Wraps the subscription and its deliveries with {@link DelegatingBroker.wrap}, each once. */
  async subscribe(options: SubscribeOptions, onDelivery: OnDelivery): Promise<BrokerSubscription> {
    const wrapped = new Map<BrokerSubscription, BrokerSubscription>();
    const wrap = (inner: BrokerSubscription): BrokerSubscription => {
      const known = wrapped.get(inner) ?? this.wrap(inner);
      wrapped.set(inner, known);
      return known;
    };
    const deliver: OnDelivery = (delivery, inner) => this.deliver(delivery, wrap(inner), onDelivery);
    return wrap(await this.inner.subscribe(options, deliver));
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  inspect(listener: string): Promise<Inspection> {
    const nothing = { waiting: 0, unsettled: 0, delayed: 0, deadLetters: 0 };
    return this.inner.inspect?.(listener) ?? Promise.resolve(nothing);
  }

  /** To be changed by those who want another subscription. */
  protected wrap(subscription: BrokerSubscription): BrokerSubscription {
    return subscription;
  }

  /** To be changed by those who deliver otherwise. */
  protected deliver(delivery: Delivery, subscription: BrokerSubscription, onDelivery: OnDelivery): void {
    onDelivery(delivery, subscription);
  }
}

/** Hands everything on to another subscription. */
export class DelegatingSubscription implements BrokerSubscription {
  readonly inner: BrokerSubscription;

  constructor(inner: BrokerSubscription) {
    this.inner = inner;
  }

  get consuming(): boolean {
    return this.inner.consuming;
  }

  ack(delivery: Delivery): void {
    this.inner.ack(delivery);
  }

  retry(delivery: Delivery, redelivery: Redelivery): void {
    this.inner.retry(delivery, redelivery);
  }

  deadLetter(delivery: Delivery, letter: DeadLetter): void | Promise<void> {
    return this.inner.deadLetter(delivery, letter);
  }

  release(delivery: Delivery): void {
    this.inner.release(delivery);
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
