/** Entries that are all handled within this time have quick handlers; those handled within their turn, instant ones. */
const quickMs = 10;

const timesForQuick = 4;
const timesForInstant = 16;

/**
 * How many times as many entries are read as may be delivered at once. The quicker the handlers are, the more: it is
 * soon handled, so that little of it is ever held, and costs less for each.
 */
export class ReadPace {
  #times = 1;
  #receivedAt = Number.NEGATIVE_INFINITY;
  /** Whether this turn of the event loop is the first after entries came. */
  #isNew = false;

  get times(): number {
    return this.#times;
  }

  received(): void {
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
