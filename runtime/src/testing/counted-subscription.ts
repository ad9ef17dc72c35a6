import type { BrokerSubscription, DeadLetter, Delivery, Redelivery } from "../broker/broker.js";

/** A subscription of a local broker that tells when a delivery is settled. */
export class CountedSubscription implements BrokerSubscription {
  readonly #inner: BrokerSubscription;
  readonly #onSettled: () => void;

  constructor(inner: BrokerSubscription, onSettled: () => void) {
    this.#inner = inner;
    this.#onSettled = onSettled;
  }

  get consuming(): boolean {
    return this.#inner.consuming;
  }

  ack(delivery: Delivery): void {
    this.#inner.ack(delivery);
    this.#onSettled();
  }

  retry(delivery: Delivery, redelivery: Redelivery): void {
    this.#inner.retry(delivery, redelivery);
    this.#onSettled();
  }

  deadLetter(delivery: Delivery, letter: DeadLetter): void | Promise<void> {
    const stored = this.#inner.deadLetter(delivery, letter);
    this.#onSettled();
    return stored;
  }

  release(delivery: Delivery): void {
    this.#inner.release(delivery);
    this.#onSettled();
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
