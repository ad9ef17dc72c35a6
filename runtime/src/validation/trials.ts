import type { Violation } from "../contract/violation.js";
import { Seen } from "./seen.js";
import type { Closed } from "./writing.js";

/**
 * A validator, or a part of one. The third argument says what the value is checked for: a value of its own
 * (`undefined`), or one that others look at too, which notes what it has looked at (`Seen`) or need not (`false`).
 */
export type Branch = (value: unknown, closed: Closed, seen?: Seen | false) => Violation | undefined;

/** One union that one value is tried on. */
export interface Trial {
  readonly keyword: "anyOf" | "oneOf";
  readonly value: unknown;
  readonly closed: Closed;
  readonly branches: readonly Branch[];
  readonly seen: Seen | false | undefined;
}

interface Outcome {
  readonly trial: Trial;
  readonly violation: Violation | undefined;
}

/**
 * The trials inside of the one that is going on. Every branch looks at the same members, so without them a value that
 * is nested in its own kind of union would be checked twice as often on each level. Nothing of this outlives the
 * outermost trial, which is over before any other code runs.
 */
let outcomes: Map<object, Outcome[]> | undefined;

/** What `run` finds out about a trial, which it is asked for once. */
export function tryOnce(trial: Trial, run: (trial: Trial) => Violation | undefined): Violation | undefined {
  const { value, seen } = trial;
  if (typeof value !== "object" || value === null) return run(trial);
  if (outcomes === undefined) return runOutermost(trial, run);
  const known = outcomes.get(value)?.find((outcome) => isSame(outcome.trial, trial));
  if (known !== undefined) {
    if (seen && known.trial.seen) seen.addAll(known.trial.seen);
    return known.violation;
  }
  const own: Trial = seen ? { ...trial, seen: new Seen() } : trial;
  const violation = run(own);
  outcomes.set(value, [...(outcomes.get(value) ?? []), { trial: own, violation }]);
  if (seen && own.seen) seen.addAll(own.seen);
  return violation;
}

function runOutermost(trial: Trial, run: (trial: Trial) => Violation | undefined): Violation | undefined {
  outcomes = new Map();
  try {
    return run(trial);
  } finally {
    outcomes = undefined;
  }
}

function isSame(left: Trial, right: Trial): boolean {
  if (left.keyword !== right.keyword || left.closed !== right.closed) return false;
  // Told apart: a root (`undefined`), a part (`false`) and a part that notes what it sees.
  if (typeof left.seen !== typeof right.seen || left.branches.length !== right.branches.length) return false;
  return left.branches.every((branch, index) => branch === right.branches[index]);
}
