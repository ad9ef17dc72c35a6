/** When a failed event is tried again. */
export interface RetryOptions {
  /** Tries at once, while the event is held. @default 2 */
  readonly immediate?: number;
  /** Later tries, which hold up nobody; after them the event goes to the dead letters. @default 5 */
  readonly delayed?: number;
  /** Before the first later try. @default 1000 */
  readonly delayMs?: number;
  /** How much longer each delay is than the one before. @default 3 */
  readonly factor?: number;
  /** No delay is longer. @default 300 000 */
  readonly maxDelayMs?: number;
  /** Up to this share is added to each delay by chance, so that failed events do not return all at once. @default 0.2 */
  readonly jitter?: number;
  /**
   * What later events of its key do while an event waits for a later try: go on (`pass`) or wait, too (`stopKey`). It is
   * held in this process then and takes up room there; `close` gives it back in its place, to be tried from the start.
   * @default "pass"
   */
  readonly order?: "pass" | "stopKey";
  /** What to do by kind of error; `undefined` leaves it to the numbers above. */
  readonly decide?: (error: unknown, attempt: number) => "retry" | "deadLetter" | "drop" | undefined;
}

export type RetryPolicy = Required<Omit<RetryOptions, "decide">> & Pick<RetryOptions, "decide">;

/** What happens to an event whose handler has failed. */
export type Verdict =
  | { readonly kind: "again" }
  | { readonly kind: "later"; readonly delayMs: number }
  | { readonly kind: "deadLetter" }
  | { readonly kind: "drop" };

const defaultPolicy: RetryPolicy = {
  immediate: 2,
  delayed: 5,
  delayMs: 1000,
  factor: 3,
  maxDelayMs: 300_000,
  jitter: 0.2,
  order: "pass",
};

export function resolveRetryPolicy(options: RetryOptions): RetryPolicy {
  return { ...defaultPolicy, ...options };
}

/** How long an event is held at most by one that stops its key, beside the time of its handler. */
export function longestHoldMs(policy: RetryPolicy): number {
  const { delayed, delayMs, factor, maxDelayMs, jitter } = policy;
  const delays = Array.from({ length: delayed }, (_, n) => Math.min(delayMs * factor ** n, maxDelayMs));
  return delays.reduce((total, delay) => total + delay * (1 + jitter), 0);
}

/** The verdict on an attempt (counted from 1) that failed with `error`; `random` is from [0, 1). */
export function judge(policy: RetryPolicy, error: unknown, attempt: number, random: number): Verdict {
  const wish = policy.decide?.(error, attempt);
  if (wish === "deadLetter" || wish === "drop") return { kind: wish };
  if (attempt <= policy.immediate) return { kind: "again" };
  const delayedTries = attempt - policy.immediate - 1;
  if (delayedTries >= policy.delayed && wish !== "retry") return { kind: "deadLetter" };
  const base = Math.min(policy.delayMs * policy.factor ** delayedTries, policy.maxDelayMs);
  return { kind: "later", delayMs: Math.round(base * (1 + policy.jitter * random)) };
}
