import type { AmqpChannel } from "./amqp-client.js";

/** So many acknowledgements RabbitMQ passes on to a quorum queue before it waits for the first one's effect. */
const passedOnAtOnce = 30;

/** Longer than a server takes to agree on what it was told. */
export const lagMs = 100;

/**
 * Acknowledges on one channel: what is handled within a turn of the event loop goes out together, as one
 * acknowledgement of all up to a tag where no other delivery lies in between. After the channel's end nothing has
 * effect: the server would take it for a delivery of the next channel, or close that.
 */
export class Settles {
  readonly #channel: AmqpChannel;
  /** All deliveries up to this tag are settled at the server. */
  #low = 0;
  /** Settled beyond it. */
  readonly #done = new Set<number>();
  #handled: number[] = [];
  #isSorted = true;
  #keeps = false;
  #ended = false;
  /** Acknowledgements that were sent one after the other, without a pause. */
  #run = 0;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  ack(tag: number): void {
    if (this.#ended) return;
    const last = this.#handled.at(-1);
    if (last === undefined) setImmediate(() => this.flush());
    else if (last > tag) this.#isSorted = false;
    this.#handled.push(tag);
  }

  /**
   * Whether the server may not have passed on all yet: it does so for some thirty at a time to a quorum queue, and forgets
   * what waits behind them when the channel is closed. It never says so.
   */
  get mayLag(): boolean {
    return this.#run > passedOnAtOnce && performance.now() - this.#sentAt < lagMs;
  }

  /** From here on what is given back goes when the channel ends. */
  keep(): void {
    this.#keeps = true;
  }

  /** Goes back to its place in the queue. */
  giveBack(tag: number): void {
    if (this.#ended || this.#keeps) return;
    this.#done.add(tag);
    this.#channel.nack(tagged(tag), false, true);
  }

  flush(): void {
    if (this.#ended || this.#handled.length === 0) return;
    const handled = this.#isSorted ? this.#handled : this.#handled.sort((left, right) => left - right);
    this.#handled = [];
    this.#isSorted = true;
    let upTo = 0;
    let together = 0;
    for (const tag of handled) {
      this.#skipDone();
      if (tag === this.#low + 1) {
        this.#low = tag;
        upTo = tag;
        together++;
      } else {
        this.#done.add(tag);
        this.#send(tag, false);
      }
    }
    this.#skipDone();
    if (together > 0) this.#send(upTo, together > 1);
  }

  #send(tag: number, allUpTo: boolean): void {
    this.#channel.ack(tagged(tag), allUpTo);
    const now = performance.now();
    this.#run = now - this.#sentAt < lagMs ? this.#run + 1 : 1;
    this.#sentAt = now;
  }

  end(): void {
    this.#ended = true;
    this.#handled = [];
    this.#done.clear();
  }

  #skipDone(): void {
    while (this.#done.delete(this.#low + 1)) this.#low++;
  }
}

function tagged(deliveryTag: number): { readonly fields: { readonly deliveryTag: number } } {
  return { fields: { deliveryTag } };
}
