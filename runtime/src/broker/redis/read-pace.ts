import type { StreamEntry } from "./stream-entry.js";

/** Entries that are all handled within this time have quick handlers; those handled within their turn, instant ones. */
const quickMs = 10;

const timesForQuick = 4;
const timesForInstant = 16;

/** Bytes that are read ahead at most: more would outlive the young generation, where memory costs nothing to free. */
const largestAhead = 262_144;

/**
 * How many times as many entries are read as may be delivered at once. The quicker the handlers are, the more: it is
 * soon handled, so that little of it is ever held, and costs less for each.
 */
export class ReadPace {
  #times = 1;
  #mostAhead = Number.POSITIVE_INFINITY;
  #receivedAt = Number.NEGATIVE_INFINITY;
  /** Whether this turn of the event loop is the first after entries came. */
  #isNew = false;

  get times(): number {
    return this.#times;
  }

  /** How many entries as large as the last ones may be read ahead. */
  get mostAhead(): number {
    return this.#mostAhead;
  }

  received(entries: readonly StreamEntry[]): void {
    const bytes = entries.reduce((sum, { document }) => sum + document.length, 0);
    this.#mostAhead = Math.ceil((largestAhead * entries.length) / bytes);
    this.#receivedAt = performance.now();
    this.#isNew = true;
  }

  /** To be told at the end of each turn whether all is handled. */
  endTurn(allHandled: boolean): void {
    const isNew = this.#isNew;
    this.#isNew = false;
    if (performance.now() - this.#receivedAt >= quickMs) this.#times = 1;
    else if (allHandled) this.#times = isNew ? timesForInstant : timesForQuick;
  }
}
