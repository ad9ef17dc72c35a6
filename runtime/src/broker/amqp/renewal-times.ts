/** A new leader can take over at any time: the way back to it takes a third longer than the election, at most. */
const firstMs = 100;
const growth = 1.3;
const longestMs = 5_000;

/** After so long without a refusal the next one is taken for a new trouble. */
const quietMs = 10_000;

/** When to try again with new channels after the server has refused something: soon at first, then less and less. */
export class RenewalTimes {
  #count = 0;
  #refusedAt = 0;
  #nextAt = 0;

  /** To be asked at each refusal. */
  isDue(now: number): boolean {
    if (now - this.#refusedAt > quietMs) this.#count = 0;
    this.#refusedAt = now;
    if (now < this.#nextAt) return false;
    this.#nextAt = now + Math.min(longestMs, firstMs * growth ** this.#count++);
    return true;
  }
}
