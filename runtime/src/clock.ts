/** Time as the runtime sees it, so that tests can make it pass at will. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after `delayMs`; the function that it returns calls it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Longest delay that a timer of JavaScript can hold, some 25 days; longer ones would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    if (delayMs > longestDelayMs) return afterLong(delayMs, callback);
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** By one timer after the other. */
function afterLong(delayMs: number, callback: () => void): () => void {
  let cancel = systemClock.after(longestDelayMs, () => {
    cancel = systemClock.after(delayMs - longestDelayMs, callback);
  });
  return () => cancel();
}
