import { Buffer } from "node:buffer";
import { appendPointer } from "../json-pointer.js";
import type { ChannelLimits, JsonValue } from "../model/contract.js";
import type { Violation } from "./load-validators.js";

/** What holds where a channel sets no limit of its own; as in the runtime. */
export const defaultLimits = { maxBytes: 1_048_576, maxDepth: 64, maxItems: 100_000 } as const;

/**
 * All that the limits of its channel rule out in a payload; the keyword is the limit. Its bytes are those of the JSON
 * that services write, without white space. That no member stands twice is known once there is a value.
 */
export function findLimitProblems(value: JsonValue, limits: ChannelLimits = {}): readonly Violation[] {
  const { maxBytes, maxDepth, maxItems, safeIntegers = false } = { ...defaultLimits, ...limits };
  const problems: Violation[] = [];
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > maxBytes) {
    problems.push(problem("", "maxBytes", `at most ${maxBytes} bytes of JSON`, `${bytes}`));
  }
  let items = 0;
  const visit = (inner: JsonValue, path: string, level: number): void => {
    if (safeIntegers && Number.isInteger(inner) && !Number.isSafeInteger(inner)) {
      const expected = "an integer that JavaScript can tell from its neighbours";
      problems.push(problem(path, "safeIntegers", expected, "a larger one"));
    }
    if (typeof inner !== "object" || inner === null) return;
    if (level === maxDepth) {
      problems.push(
        problem(path, "maxDepth", `at most ${maxDepth} levels of objects and arrays`, "one more"),
      );
    }
    for (const [name, member] of Object.entries(inner)) {
      items += 1;
      visit(member, appendPointer(path, name), level + 1);
    }
  };
  visit(value, "", 0);
  if (items > maxItems) {
    problems.push(problem("", "maxItems", `at most ${maxItems} members and items in all`, `${items}`));
  }
  return problems;
}

function problem(path: string, keyword: keyof ChannelLimits, expected: string, got: string): Violation {
  return { path, keyword, expected, got };
}
