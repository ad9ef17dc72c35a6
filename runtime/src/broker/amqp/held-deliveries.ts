import type { SubscribeOptions } from "../broker.js";
import type { AmqpMessage } from "./amqp-client.js";
import { AmqpDelivery } from "./amqp-delivery.js";
import type { Settles } from "./settles.js";

/** Deliveries of one listener that are not settled, of the present life of its channel: none other can be. */
export class HeldDeliveries {
  readonly #options: SubscribeOptions;
  /** Of the present life of the channel. */
  readonly #settles: () => Settles | undefined;
  readonly #onSettled: () => void;
  #count = 0;

  /** `onSettled` is called after each settle. */
  constructor(options: SubscribeOptions, settles: () => Settles | undefined, onSettled: () => void) {
    this.#options = options;
    this.#settles = settles;
    this.#onSettled = onSettled;
  }

  get count(): number {
    return this.#count;
  }

  add(raw: AmqpMessage, settles: Settles): AmqpDelivery {
    this.#count++;
    return new AmqpDelivery(raw, settles, this.#options);
  }

  /** Whether it can still be settled: on the present channel, and for the first time; a second time it cannot. */
  claim(delivery: object): delivery is AmqpDelivery {
    if (!(delivery instanceof AmqpDelivery) || delivery.isSettled) return false;
    delivery.isSettled = true;
    return this.has(delivery);
  }

  has({ settles }: AmqpDelivery): boolean {
    return settles === this.#settles();
  }

  acknowledge(delivery: AmqpDelivery): void {
    delivery.settles.ack(delivery.raw.fields.deliveryTag);
    this.#settled(delivery);
  }

  giveBack(delivery: AmqpDelivery): void {
    delivery.isSettled = true;
    delivery.settles.giveBack(delivery.raw.fields.deliveryTag);
    this.#settled(delivery);
  }

  /** The channel has ended, and with it all deliveries. */
  clear(): void {
    this.#count = 0;
  }

  #settled(delivery: AmqpDelivery): void {
    if (!this.has(delivery)) return;
    this.#count--;
    this.#onSettled();
  }
}
