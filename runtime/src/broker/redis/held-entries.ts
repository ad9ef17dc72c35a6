import { Chain, type Link } from "../../chain.js";
import { Queue } from "../../queue.js";
import type { Delivery } from "../broker.js";
import type { Message } from "../message.js";
import type { StreamEntry } from "./stream-entry.js";

/** A delivery that knows which entry it is of, and where it is held. */
class EntryDelivery implements Delivery, Link<EntryDelivery> {
  previous: EntryDelivery | undefined;
  next: EntryDelivery | undefined;
  readonly message: Message;
  readonly entry: StreamEntry;
  readonly holder: HeldEntries;
  /** Let go of. */
  isLost = false;

  constructor(message: Message, entry: StreamEntry, holder: HeldEntries) {
    this.message = message;
    this.entry = entry;
    this.holder = holder;
  }

  get attempt(): number {
    return this.entry.attempt;
  }

  get firstFailedAt(): number | undefined {
    return this.entry.firstFailedAt;
  }

  get revoked(): boolean {
    return this.isLost || !this.holder.mayBegin();
  }
}

/** The entries that one subscription has received and the server has not been told of. */
export class HeldEntries {
  readonly mayBegin: () => boolean;
  readonly #most: number;
  /** Received beyond the room there was, and not delivered. */
  #waiting = new Queue<StreamEntry>();
  readonly #delivered = new Chain<EntryDelivery>();
  /** Settled here, while the server is being told. */
  readonly #settling = new Set<StreamEntry>();

  /** @param mayBegin whether handlers may begin with what is held */
  constructor(most: number, mayBegin: () => boolean) {
    this.#most = most;
    this.mayBegin = mayBegin;
  }

  /** How many more may be received, when that is so many times as many as are delivered at once. */
  room(times: number): number {
    return this.#most * times - this.#held - this.#waiting.size;
  }

  get isEmpty(): boolean {
    return this.#held + this.#waiting.size === 0;
  }

  add(entry: StreamEntry): void {
    this.#waiting.push(entry);
  }

  /** The next to be delivered, if there is room for it. */
  next(): StreamEntry | undefined {
    return this.#held < this.#most && this.mayBegin() ? this.#waiting.shift() : undefined;
  }

  deliver(message: Message, entry: StreamEntry): Delivery {
    const delivery = new EntryDelivery(message, entry, this);
    this.#delivered.add(delivery);
    return delivery;
  }

  /** The delivery's entry, the first time that it is settled. */
  settle(delivery: Delivery): StreamEntry | undefined {
    if (!(delivery instanceof EntryDelivery) || delivery.holder !== this) return undefined;
    return this.#delivered.delete(delivery) ? delivery.entry : undefined;
  }

  /** As {@link settle}, but keeps its room and its lease until `done`. */
  beginToSettle(delivery: Delivery): StreamEntry | undefined {
    const entry = this.settle(delivery);
    if (entry !== undefined) this.#settling.add(entry);
    return entry;
  }

  done(entry: StreamEntry): void {
    this.#settling.delete(entry);
  }

  /** It could not be settled: it can be settled again. */
  reopen(delivery: Delivery): void {
    if (delivery instanceof EntryDelivery && delivery.holder === this) this.#delivered.add(delivery);
  }

  /** Takes out what was not delivered. */
  takeWaiting(): readonly StreamEntry[] {
    const taken = this.#waiting.toArray();
    this.#waiting = new Queue();
    return taken;
  }

  /** Takes out what was delivered and not settled. */
  takeDelivered(): readonly StreamEntry[] {
    const taken = this.#delivered.toArray();
    for (const delivery of taken) this.#delivered.delete(delivery);
    return taken.map(({ entry }) => entry);
  }

  /** Lets go of everything, without telling the server. Returns what was delivered and not settled. */
  revoke(): readonly Delivery[] {
    this.takeWaiting();
    const revoked = this.#delivered.toArray();
    for (const delivery of revoked) {
      this.#delivered.delete(delivery);
      delivery.isLost = true;
    }
    return revoked;
  }

  /** Ids whose leases are to be renewed, of the retry stream or of the other. */
  ids(retried: boolean): readonly string[] {
    const ids: string[] = [];
    const collect = (entry: StreamEntry): void => {
      if (entry.retried === retried) ids.push(entry.id);
    };
    for (const { entry } of this.#delivered.toArray()) collect(entry);
    for (const entry of this.#settling) collect(entry);
    for (const entry of this.#waiting.toArray()) collect(entry);
    return ids;
  }

  get #held(): number {
    return this.#delivered.size + this.#settling.size;
  }
}
