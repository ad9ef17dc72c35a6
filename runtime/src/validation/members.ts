import type { Violation } from "../contract/violation.js";
import { fail, pointer } from "./fail.js";
import type { Closed } from "./writing.js";

export interface Members {
  readonly [name: string]: unknown;
}

/**
 * The members of an object, own ones only; `undefined` for anything else, arrays included. An object with a class of
 * its own is copied, so that nothing inherited can pass for a member; names of `Object.prototype` are read with
 * {@link own}. JSON may not hold an object of a class, nor one with a method `toJSON`.
 */
export function members(value: unknown, closed: Closed = false): Members | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  if (!isPlain(value)) {
    if (typeof closed === "object") closed.hasDoubts = true;
    return Object.assign(Object.create(null), value);
  }
  if (typeof closed === "object" && typeof value.toJSON === "function") closed.hasDoubts = true;
  return value;
}

function isPlain(value: object): value is Members {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The member of that name, for the names that every object inherits. */
export function own(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** How many members are there; those that are `undefined` do not count, as JSON leaves them out. */
export function countMembers(object: Members): number {
  let count = 0;
  for (const name in object) if (object[name] !== undefined) count += 1;
  return count;
}

/**
 * Refuses the first member that neither `names` nor `patterns` declare. `declared` is how many declared members are
 * there, or -1: if the object has no more, the names need no look.
 */
export function undeclared(
  path: string,
  value: unknown,
  names: readonly string[],
  declared: number,
  patterns?: readonly RegExp[],
): Violation | undefined {
  return declared >= 0 && countNames(value) === declared
    ? undefined
    : findUndeclared(path, members(value), names, patterns);
}

/** How many names a loop over an object finds, inherited ones too: no fewer than it has members. */
function countNames(value: unknown): number {
  let count = 0;
  for (const _ in Object(value)) count += 1;
  return count;
}

function findUndeclared(
  path: string,
  object: Members | undefined,
  names: readonly string[],
  patterns: readonly RegExp[] = [],
): Violation | undefined {
  const known = new Set(names);
  for (const name in object) {
    if (known.has(name) || object[name] === undefined || patterns.some((pattern) => pattern.test(name)))
      continue;
    return undeclaredMember(path + pointer(name), object[name]);
  }
  return undefined;
}

/** The violation of a member that the schema does not declare. */
export function undeclaredMember(path: string, value: unknown): Violation {
  return { ...fail(path, "undeclared", undefined, value), keyword: "additionalProperties" };
}
