/** To what delays are rounded up. */
const unitMs = 64;

/** A delay is written with digits of this base: fewer queues on its way than with a smaller one, not too many in all. */
const base = 8;

/** It has nine digits; some more than it is the longest time to live that the server knows. */
export const longestDelayMs: number = 49 * 86_400_000;

/** One digit of a delay: one queue in which the event waits. */
export interface DelayStep {
  /** The place of the digit; 0 is the last one, and the last queue on the way. */
  readonly level: number;
  readonly digit: number;
}

/** The queues in which an event waits one after the other, from the longest on; there is at least one. */
export type DelayPath = readonly DelayStep[];

/** The way that takes as long as a delay, or a little longer. */
export function delayPathOf(delayMs: number): DelayPath {
  const path: DelayStep[] = [];
  // Of a tiny delay nothing might be left.
  let units = Math.max(1, Math.ceil(delayMs / unitMs));
  for (let level = 0; units > 0; level++) {
    if (units % base > 0) path.unshift({ level, digit: units % base });
    units = Math.floor(units / base);
  }
  return path;
}

/** How long every event waits in the queue of a step. */
export function waitMsOf({ level, digit }: DelayStep): number {
  return digit * unitMs * base ** level;
}
