import type { Delivery } from "../broker.js";
import type { StreamEntry } from "./stream-entry.js";

/** The entries that one subscription has received and the server has not been told of. */
export class HeldEntries {
  readonly #most: number;
  /** Received beyond the room there was, and not delivered. */
  #waiting: StreamEntry[] = [];
  readonly #delivered = new Map<Delivery, StreamEntry>();
  /** Settled here, while the server is being told. */
  readonly #settling = new Set<StreamEntry>();

  constructor(most: number) {
    this.#most = most;
  }

  /** How many more may be received, when that is so many times as many as are delivered at once. */
  room(times: number): number {
    return this.#most * times - this.#delivered.size - this.#settling.size - this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#delivered.size + this.#settling.size + this.#waiting.length === 0;
  }

  add(entry: StreamEntry): void {
    this.#waiting.push(entry);
  }

  /** The next to be delivered, if there is room for it. */
  next(): StreamEntry | undefined {
    return this.#delivered.size + this.#settling.size < this.#most ? this.#waiting.shift() : undefined;
  }

  deliver(delivery: Delivery, entry: StreamEntry): void {
    this.#delivered.set(delivery, entry);
  }

  /** The delivery's entry, the first time that it is settled. */
  settle(delivery: Delivery): StreamEntry | undefined {
    const entry = this.#delivered.get(delivery);
    this.#delivered.delete(delivery);
    return entry;
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

  /** Takes out what was not delivered. */
  takeWaiting(): readonly StreamEntry[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Takes out what was delivered and not settled. */
  takeDelivered(): readonly (readonly [Delivery, StreamEntry])[] {
    const taken = [...this.#delivered];
    this.#delivered.clear();
    return taken;
  }

  /** Ids whose leases are to be renewed, of the retry stream or of the other. */
  ids(retried: boolean): readonly string[] {
    const ids: string[] = [];
    const collect = (entry: StreamEntry): void => {
      if (entry.retried === retried) ids.push(entry.id);
    };
    for (const entry of this.#delivered.values()) collect(entry);
    for (const entry of this.#settling) collect(entry);
    for (const entry of this.#waiting) collect(entry);
    return ids;
  }
}
