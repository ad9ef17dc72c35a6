import { AsyncQueue } from "./async-queue.js";
import type { BrokerStatus } from "./broker/broker.js";

/** Where a bus stands; it only ever goes forward, but for a start that failed. */
export type BusState = "idle" | "starting" | "running" | "draining" | "closed";

/** A change of the bus's own state, or of one broker's connection. */
export type StatusChange =
  | { readonly kind: "bus"; readonly state: BusState }
  | {
      readonly kind: "broker";
      readonly broker: string;
      readonly status: BrokerStatus;
      readonly cause?: unknown;
    };

/** Tells every reader of every change; after `closed` there is none. */
export class StatusFeed {
  readonly #readers = new Set<AsyncQueue<StatusChange>>();
  #closed = false;

  tell(change: StatusChange): void {
    for (const reader of this.#readers) reader.push(change);
    if (change.kind !== "bus" || change.state !== "closed") return;
    this.#closed = true;
    for (const reader of this.#readers) reader.end();
  }

  read(): AsyncIterableIterator<StatusChange> {
    const reader = new AsyncQueue<StatusChange>({ onEnd: () => this.#readers.delete(reader) });
    if (this.#closed) reader.end();
    else this.#readers.add(reader);
    return reader;
  }
}
