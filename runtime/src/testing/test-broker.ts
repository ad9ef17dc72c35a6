import type {
  BrokerFeatures,
  BrokerSubscription,
  DeadLetter,
  Delivery,
  Redelivery,
} from "../broker/broker.js";
import { LocalBroker, type LocalBrokerOptions } from "../broker/local/local-broker.js";
import { envelopeOf, type Message, type OutgoingMessage } from "../broker/message.js";
import type { PayloadContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { Queue } from "../queue.js";
import { DelegatingBroker, DelegatingSubscription, type OnDelivery } from "./delegating-broker.js";

/**
 * Records what is published and delivers it when told to. Everything goes through bytes, as with a server: no object
 * is shared between publisher and listeners.
 */
export class TestBroker extends DelegatingBroker {
  override readonly name = "test";
  override readonly features: BrokerFeatures;
  readonly #local: LocalBroker;
  readonly #recorded: Message[] = [];
  readonly #waiting = new Queue<OutgoingMessage>();
  readonly #whenSettled: (() => void)[] = [];
  #unsettled = 0;

  constructor(options: Omit<LocalBrokerOptions, "isolation"> = {}) {
    const local = new LocalBroker({ ...options, isolation: "copy" });
    super(local);
    this.#local = local;
    this.features = { ...local.features, unroutable: "none" };
  }

  /** Messages that were published and not processed yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Envelopes of what was published of a contract so far, oldest first. @throws PayloadError for an invalid payload */
  published<Payload>(contract: PayloadContract<Payload, unknown>): readonly Envelope<Payload>[] {
    return this.#recorded
      .filter(({ type }) => type === contract.type)
      .map(({ attributes, body }) => envelopeOf(attributes, contract.deserialize(body)));
  }

  /** The one event of a contract that was published and fits. @throws Error that says how many fit */
  assertPublished<Payload>(
    contract: PayloadContract<Payload, unknown>,
    where: (payload: Payload, envelope: Envelope<Payload>) => boolean = () => true,
  ): Envelope<Payload> {
    const all = this.published(contract);
    const [first, ...others] = all.filter((envelope) => where(envelope.payload, envelope));
    if (first !== undefined && others.length === 0) return first;
    const fitting = first === undefined ? 0 : others.length + 1;
    throw new Error(
      `expected one ${contract.name} to be published, got ${fitting} that fit of ${all.length}`,
    );
  }

  /** @throws Error when any event of the contract was published */
  assertNotPublished(contract: PayloadContract<unknown, unknown>): void {
    const count = this.published(contract).length;
    if (count > 0) throw new Error(`expected no ${contract.name} to be published, got ${count}`);
  }

  /**
   * Delivers the oldest `count` messages, and by default all, with those that handlers publish meanwhile; resolves with
   * their number when the handlers have ended.
   */
  async process(count: number = Number.POSITIVE_INFINITY): Promise<number> {
    let processed = 0;
    while (processed < count) {
      const message = this.#waiting.shift();
      if (message === undefined) {
        await this.#settled();
        if (this.#waiting.size === 0) break;
        continue;
      }
      processed++;
      this.#deliver(message);
      if (count !== Number.POSITIVE_INFINITY) await this.#settled();
    }
    return processed;
  }

  /** Records; a request is delivered at once, since its caller waits. */
  override publish(message: OutgoingMessage): void {
    const { address, channel, durable, kind, type, attributes, body, expectsReply } = message;
    const { delayMs, priority } = message;
    const event = { address, channel, durable, kind, type, attributes, body };
    const copy = { ...event, expectsReply, delayMs, priority };
    this.#recorded.push(copy);
    if (expectsReply) this.#local.publish({ ...copy, cancelled: false, written: true });
    else this.#waiting.push({ ...copy, cancelled: false, written: true });
  }

  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new CountedSubscription(subscription, () => this.#onSettled());
  }

  protected override deliver(
    delivery: Delivery,
    subscription: BrokerSubscription,
    onDelivery: OnDelivery,
  ): void {
    this.#unsettled++;
    onDelivery(delivery, subscription);
  }

  /** Nobody listening is no error here: the event is recorded. */
  #deliver(message: OutgoingMessage): void {
    if (this.#local.takes(message)) this.#local.publish(message);
  }

  #onSettled(): void {
    this.#unsettled--;
    if (this.#unsettled > 0) return;
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  #settled(): Promise<void> {
    if (this.#unsettled === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenSettled.push(resolve));
  }
}

/** Tells when a delivery is settled. */
class CountedSubscription extends DelegatingSubscription {
  readonly #onSettled: () => void;

  constructor(inner: BrokerSubscription, onSettled: () => void) {
    super(inner);
    this.#onSettled = onSettled;
  }

  override ack(delivery: Delivery): void {
    super.ack(delivery);
    this.#onSettled();
  }

  override retry(delivery: Delivery, redelivery: Redelivery): void {
    super.retry(delivery, redelivery);
    this.#onSettled();
  }

  override deadLetter(delivery: Delivery, letter: DeadLetter): void | Promise<void> {
    const stored = super.deadLetter(delivery, letter);
    this.#onSettled();
    return stored;
  }

  override release(delivery: Delivery): void {
    super.release(delivery);
    this.#onSettled();
  }
}
