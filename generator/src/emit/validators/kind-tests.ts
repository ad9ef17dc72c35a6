import { _, type Code, nil } from "ajv/dist/compile/codegen/index.js";
import { andCode, orCode } from "./code-list.js";
import type { FunctionScope } from "./function-scope.js";
import { isReader, type Place, type ValueKind } from "./place.js";

export interface KindTest {
  readonly kinds: readonly ValueKind[];
  /** Which numbers: those that JSON has, or only whole ones. Absent: not asked here. */
  readonly numbers?: "integer" | "number";
}

/** The own members of the value, as an expression; `undefined` when it is no object. */
export function membersOf(scope: FunctionScope, place: Place): Code {
  const writing = place.vouches && !isReader(place) ? _`, ${place.closed}` : nil;
  return _`${scope.runtime("members")}(${place.data}${writing})`;
}

/** Whether a value is of no kind that the tests name, as an expression. */
export function isNoneOf(scope: FunctionScope, place: Place, tests: readonly KindTest[]): Code {
  return andCode(
    tests.flatMap((each) => each.kinds.map((kind) => isNotOfKind(scope, place, kind, each.numbers))),
  );
}

/** Whether a value is of a kind that the test names, as an expression. */
export function isOneOf(scope: FunctionScope, place: Place, { kinds, numbers }: KindTest): Code {
  return orCode(kinds.map((kind) => isOfKind(scope, place, kind, numbers)));
}

function isOfKind(scope: FunctionScope, place: Place, kind: ValueKind, numbers: KindTest["numbers"]): Code {
  const { data } = place;
  if (kind === "null") return _`${data} === null`;
  if (kind === "array") return _`Array.isArray(${data})`;
  if (kind === "object") return place.members ?? membersOf(scope, place);
  if (kind === "number" && numbers === "integer") return _`Number.isInteger(${data})`;
  if (kind === "number" && numbers === "number") return _`Number.isFinite(${data})`;
  return _`typeof ${data} === ${kind}`;
}

function isNotOfKind(
  scope: FunctionScope,
  place: Place,
  kind: ValueKind,
  numbers: KindTest["numbers"],
): Code {
  const { data } = place;
  if (kind === "null") return _`${data} !== null`;
  if (kind === "object") return _`!${place.members ?? membersOf(scope, place)}`;
  if (kind === "array" || (kind === "number" && numbers !== undefined)) {
    return _`!${isOfKind(scope, place, kind, numbers)}`;
  }
  return _`typeof ${data} !== ${kind}`;
}
