import { _, type Code, type Name } from "ajv/dist/compile/codegen/index.js";

/** The types that JSON tells apart; `integer` is a check on `number`. */
export type ValueKind = "array" | "boolean" | "null" | "number" | "object" | "string";

/** Where in the value, and for what, a schema is checked: the names that the emitted code has for it. */
export interface Place {
  /** Expression: the value; a variable wherever it is read more than once. */
  readonly data: Code;
  /** Expression: the JSON Pointer to the value, seen from the argument of the function. */
  readonly path: Code;
  /** Expression: whether undeclared members are refused; `false` where only the reader's verdict counts. */
  readonly closed: Code;
  /** Whether this schema, and no other, speaks for the value: then it may be closed. */
  readonly root: boolean;
  /** Whether the emitted checks are to find out for a writer, too, whether JSON can hold the value: roots only. */
  readonly vouches: boolean;
  /**
   * The variable that is a `Seen` to note looked-at members in, `false` when nobody asks, and `undefined` when this
   * schema turns out to be the root. Absent: `undefined` for a root, else `false`.
   */
  readonly part?: Name;
  /** All that the value can still be, after the checks made so far. */
  readonly kinds?: ReadonlySet<ValueKind>;
  /** The variable that holds the value's own members, once it is known to be an object. */
  readonly members?: Name;
}

/** The place of an object, with its members in a variable. */
export interface ObjectPlace extends Place {
  readonly members: Name;
}

/** The place of a member or item, which nothing else speaks for. */
export function inside({ closed, vouches }: Place, data: Code, path: Code): Place {
  return { data, path, closed, root: true, vouches };
}

/** The third argument for a function that checks the value at a place; `undefined`: none is needed. */
export function partArgument(place: Place): Code | undefined {
  return place.part ?? (place.root ? undefined : _`false`);
}

/** Whether only the reader's verdict counts here. */
export function isReader(place: Place): boolean {
  return place.closed.toString() === "false";
}

/** Whether undeclared members are refused here, as an expression. */
export function closedCondition(place: Place): Code {
  return place.part === undefined ? place.closed : _`${place.closed} && ${place.part} === undefined`;
}
