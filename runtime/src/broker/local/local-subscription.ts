import type { BrokerSubscription, DeadLetter, Delivery, Redelivery } from "../broker.js";
import type { Entry, LocalGroup } from "./local-group.js";
import type { MemoryStore } from "./memory-store.js";

/** One instance of a group. */
export class LocalSubscription implements BrokerSubscription {
  readonly #store: MemoryStore;
  readonly #group: LocalGroup;
  readonly #prefetch: number;
  readonly #onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void;
  /** Held entries, in order of delivery. Direct groups hold none: all their members share one entry. */
  readonly #held = new Map<Delivery, Entry>();
  #consuming = true;
  /** The dispatch in which it was stopped: its message still counts as one from before. */
  #stoppedDuring = 0;
  #closed = false;

  constructor(
    store: MemoryStore,
    group: LocalGroup,
    prefetch: number,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ) {
    this.#store = store;
    this.#group = group;
    this.#prefetch = prefetch;
    this.#onDelivery = onDelivery;
  }

  get consuming(): boolean {
    return this.#consuming;
  }

  get unsettled(): number {
    return this.#held.size;
  }

  get hasRoom(): boolean {
    const here =
      this.#consuming || (this.#stoppedDuring !== 0 && this.#stoppedDuring === this.#store.dispatch);
    return here && this.#held.size < this.#prefetch;
  }

  deliver(entry: Entry): void {
    this.#held.set(entry, entry);
    this.#onDelivery(entry, this);
  }

  /** Delivers without keeping account. */
  pass(delivery: Delivery): void {
    this.#onDelivery(delivery, this);
  }

  ack(delivery: Delivery): void {
    if (this.#group.direct) return;
    if (this.#settle(delivery)) this.#group.drain();
  }

  retry(delivery: Delivery, { delayMs, attempts, firstFailedAt }: Redelivery): void {
    if (!this.#settle(delivery)) return;
    this.#store.delay(
      this.#group,
      { message: delivery.message, attempt: attempts + 1, firstFailedAt },
      delayMs,
    );
    this.#group.drain();
  }

  deadLetter(delivery: Delivery, letter: DeadLetter): void {
    if (!this.#settle(delivery)) return;
    this.#store.bury(this.#group, letter);
    this.#group.drain();
  }

  release(delivery: Delivery): void {
    const entry = this.#held.get(delivery);
    if (entry !== undefined && this.#settle(delivery)) this.#group.giveBack([entry]);
  }

  stop(): Promise<void> {
    if (this.#consuming) this.#stoppedDuring = this.#store.dispatch;
    this.#consuming = false;
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#consuming = false;
    this.#stoppedDuring = 0;
    const held = Array.from(this.#held.values(), (entry) => ({ ...entry, attempt: entry.attempt + 1 }));
    this.#held.clear();
    this.#group.leave(this);
    this.#group.giveBack(held);
    this.#store.forgetIfUnused(this.#group);
    return Promise.resolve();
  }

  /** Whether the delivery was still open here. */
  #settle(delivery: Delivery): boolean {
    if (this.#group.direct) return !this.#closed;
    return this.#held.delete(delivery);
  }
}
