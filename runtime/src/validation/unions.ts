import type { Violation } from "../contract/violation.js";
import { counted } from "./expected.js";
import { fail } from "./fail.js";
import { Seen } from "./seen.js";
import { type Branch, type Trial, tryOnce } from "./trials.js";
import type { Closed } from "./writing.js";

/**
 * Checks that at least one branch fits; of those that do, each notes in `seen` what it has looked at. When all that
 * keeps a writer's value from fitting are undeclared members, branches that fit together may declare them together.
 */
export function anyOf(
  value: unknown,
  closed: Closed,
  branches: readonly Branch[],
  seen?: Seen | false,
): Violation | undefined {
  return tryOnce({ keyword: "anyOf", value, closed, branches, seen }, tryAny);
}

function tryAny({ value, closed, branches, seen }: Trial): Violation | undefined {
  const violations: Violation[] = [];
  for (const branch of branches) {
    const own = seen ? new Seen() : seen;
    const violation = branch(value, closed, own);
    if (violation !== undefined) violations.push(violation);
    else if (seen && own) seen.addAll(own);
    else return undefined;
  }
  if (violations.length < branches.length) return undefined;
  if (closed && seen === undefined && fitTogether(value, branches)) return undefined;
  return closest("anyOf", violations, value);
}

function fitTogether(value: unknown, branches: readonly Branch[]): boolean {
  const seen = new Seen();
  return anyOf(value, true, branches, seen) === undefined && seen.undeclared("", value) === undefined;
}

/**
 * Checks that exactly one branch fits. Branches are counted as a reader counts them, so that a member that a writer may
 * not send never decides which branch is meant.
 */
export function oneOf(
  value: unknown,
  closed: Closed,
  branches: readonly Branch[],
  seen?: Seen | false,
): Violation | undefined {
  return tryOnce({ keyword: "oneOf", value, closed, branches, seen }, tryOne);
}

function tryOne({ value, closed, branches, seen }: Trial): Violation | undefined {
  const violations: Violation[] = [];
  let fitting: Branch | undefined;
  for (const branch of branches) {
    const violation = branch(value, false, seen === undefined ? undefined : false);
    if (violation !== undefined) violations.push(violation);
    else if (fitting === undefined) fitting = branch;
    else return { ...fail("", "oneOf", branches.length, value), got: "a value that fits several" };
  }
  if (fitting === undefined) return closest("oneOf", violations, value);
  return closed || seen ? fitting(value, closed, seen) : undefined;
}

/** The violation of the one branch that got deeper into the value than all others, else of the union as a whole. */
function closest(keyword: string, violations: readonly Violation[], value: unknown): Violation {
  const inner = violations.filter(({ path }) => path !== "");
  const [only] = inner;
  if (only !== undefined && inner.length === 1) return only;
  const union = fail("", keyword, violations.length, value);
  return { ...union, got: `${union.got} that fits none of ${counted(violations.length, "alternative")}` };
}
