import type { KeywordRule, SchemaReader } from "./reader.js";
import { wrong } from "./values.js";

/** `pattern`: a regular expression of JavaScript. */
export const patternRule: KeywordRule = (value, reader) => {
  if (typeof value !== "string") return wrong(reader, "pattern", "a regular expression", value);
  return checkPattern(value, reader, "pattern") ? { pattern: value } : {};
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

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
