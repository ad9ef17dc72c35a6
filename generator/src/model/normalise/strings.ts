import { findUnsafePattern } from "../../pattern/find-unsafe-pattern.js";
import type { JsonValue } from "../contract.js";
import type { KeywordRule, SchemaReader } from "./reader.js";
import { wrong } from "./values.js";

/** `pattern`: a regular expression of JavaScript, whose time `maxLength` may bound. */
export const patternRule: KeywordRule = (value, reader, { maxLength }) => {
  if (typeof value !== "string") return wrong(reader, "pattern", "a regular expression", value);
  if (!checkPattern(value, reader, "pattern")) return {};
  checkPatternTime(value, maxLength, reader, "pattern");
  return { pattern: value };
};

/**
 * True for what JavaScript reads as a regular expression, in Unicode mode or, since many schemas escape more than
 * that mode allows, without it. Anything else is reported.
 */
export function checkPattern(pattern: string, reader: SchemaReader, ...path: readonly string[]): boolean {
  if (compiles(pattern, "u") || compiles(pattern, "")) return true;
  reader.report(
    "pattern",
    "expected a regular expression of JavaScript, got one that compiles neither with nor without its u flag",
    ...path,
  );
  return false;
}

/** Reports a pattern that some text, no longer than `maxLength`, could keep busy for too long. */
export function checkPatternTime(
  pattern: string,
  maxLength: JsonValue | undefined,
  reader: SchemaReader,
  ...path: readonly string[]
): void {
  const limit = typeof maxLength === "number" ? maxLength : undefined;
  const reason = findUnsafePattern(pattern, limit);
  if (reason !== undefined)
    reader.report("slow-pattern", `a pattern could take too long: ${reason}`, ...path);
}

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
