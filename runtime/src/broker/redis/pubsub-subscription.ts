import { BrokerError } from "../../errors.js";
import type { BrokerSubscription, Delivery, SubscribeOptions } from "../broker.js";
import type { Message } from "../message.js";

/** Events that a listener may have taken and not handled; further ones are let go, as the server would. */
const mostHeld = 10_000;

/** One listener's share of a Pub/Sub channel. Nothing is kept: what it does not handle is gone. */
export class PubSubSubscription implements BrokerSubscription {
  readonly options: SubscribeOptions;
  readonly #source: { readonly isUp: boolean };
  readonly #onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void;
  readonly #onReport: (error: unknown) => void;
  readonly #leave: () => Promise<void>;
  readonly #held = new Set<Delivery>();
  #stopped = false;
  #missed = 0;

  constructor(
    source: { readonly isUp: boolean },
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
    onReport: (error: unknown) => void,
    leave: () => Promise<void>,
  ) {
    this.#source = source;
    this.options = options;
    this.#onDelivery = onDelivery;
    this.#onReport = onReport;
    this.#leave = leave;
  }

  get consuming(): boolean {
    return this.#source.isUp && !this.#stopped;
  }

  deliver(message: Message): void {
    if (this.#stopped) return;
    if (this.#held.size >= mostHeld) {
      if (this.#missed++ === 0) this.#reportGap();
      return;
    }
    this.#missed = 0;
    const delivery: Delivery = { message, attempt: 1 };
    this.#held.add(delivery);
    this.#onDelivery(delivery, this);
  }

  ack(delivery: Delivery): void {
    this.#held.delete(delivery);
  }

  retry(delivery: Delivery): void {
    this.#held.delete(delivery);
  }

  deadLetter(delivery: Delivery): void {
    this.#held.delete(delivery);
  }

  release(delivery: Delivery): void {
    this.#held.delete(delivery);
  }

  stop(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#stopped = true;
    return this.#leave();
  }

  async close(): Promise<void> {
    await this.stop();
    this.#held.clear();
  }

  #reportGap(): void {
    const { name, channel } = this.options;
    this.#onReport(
      new BrokerError(
        "BROKER_FAILED",
        `${name} is too slow for ${channel}: ${mostHeld} events wait to be handled, and further ones are let go`,
      ),
    );
  }
}
