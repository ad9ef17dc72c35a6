import type { Closed } from "../validation/writing.js";

/** The first thing wrong with a payload: where, by which rule, expected and got; never the value itself. */
export interface Violation {
  /** JSON Pointer (RFC 6901) into the payload; empty for its root. */
  readonly path: string;
  /** The JSON Schema keyword that was broken. */
  readonly keyword: string;
  /** For instance `a string`, `at least 1`, `one of "eu", "us"`. */
  readonly expected: string;
  /** What was found, by kind: `a number`, `null`, `text of 12 characters`. */
  readonly got: string;
}

/**
 * A precompiled check. `closed` is how a writer checks: members that the schema does not declare are refused;
 * without it they pass, as a reader wants. Returns the first violation, or `undefined` when the value is valid.
 */
export type Validator = (value: unknown, closed: Closed) => Violation | undefined;
