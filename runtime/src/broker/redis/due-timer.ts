/** Longest time until it is looked again: no timer of Node holds more than some 25 days. */
const longestWaitMs = 3_600_000;

/** Calls back when the earliest of several things on the server is due. */
export class DueTimer {
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  /** `onDue` may be called too early; then it says again when something is due. */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  dueIn(delayMs: number): void {
    const waitMs = Math.min(delayMs, longestWaitMs);
    const dueAt = performance.now() + waitMs;
    if (dueAt >= this.#dueAt || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    // One more: the server counts whole milliseconds.
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#onDue();
    }, waitMs + 1);
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
