const firstMs = 100;
const longestMs = 5_000;

/** Growing delays with full jitter, so that many clients do not come back at once. */
export class Backoff {
  #attempts = 0;

  reset(): void {
    this.#attempts = 0;
  }

  /** Waits; ends early, without an error, when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    const ceilingMs = Math.min(longestMs, firstMs * 2 ** this.#attempts++);
    return pause(ceilingMs * (0.5 + Math.random() / 2), signal);
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}

/** Resolves when the work has ended, however it did, or after this time. */
export async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const settled = work.then(
    () => {},
    () => {}, // whoever began it hears of it
  );
  await Promise.race([settled, pause(timeoutMs, ended.signal)]);
  ended.abort();
}
