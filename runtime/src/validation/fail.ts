import type { Violation } from "../contract/violation.js";
import { counted, describeExpected, type Parameter } from "./expected.js";

const textKeywords: ReadonlySet<string> = new Set(["format", "maxLength", "minLength", "pattern"]);

/**
 * A violation of `keyword` by `value`. A value that is not there at all breaks `required`, whatever was asked of it,
 * and one that is no text breaks `type` before it breaks a keyword of text.
 */
export function fail(path: string, keyword: string, parameter: Parameter, value: unknown): Violation {
  if (textKeywords.has(keyword) && typeof value !== "string") {
    return fail(path, "type", "string", value);
  }
  return {
    path,
    keyword: value === undefined && keyword !== "dependentRequired" ? "required" : keyword,
    expected: describeExpected(keyword, parameter),
    got: describeKind(value, keyword),
  };
}

/** The same violation, seen from the value that holds the violated one at `path`. */
export function under(path: string, violation: Violation): Violation {
  return { ...violation, path: path + violation.path };
}

/** Longest member name that a path spells out: names come from payloads, which may be hostile. */
const longestName = 128;

/** The JSON Pointer step to a member or item of that name: a name beyond 128 characters is cut off with `…`. */
export function pointer(name: string | number): string {
  if (typeof name === "number") return `/${name}`;
  const shown = name.length > longestName ? `${name.slice(0, longestName)}…` : name;
  return `/${shown.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** What a value is, without showing it. Members are counted only for keywords that ask how many there are. */
function describeKind(value: unknown, keyword: string): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") return `text of ${counted(value.length, "character")}`;
  if (typeof value === "number") return describeNumber(value);
  if (Array.isArray(value)) return `an array of ${counted(value.length, "item")}`;
  if (typeof value === "object") {
    const asksCount = keyword === "minProperties" || keyword === "maxProperties";
    return asksCount ? `an object of ${counted(Object.keys(value).length, "member")}` : "an object";
  }
  return `a ${typeof value}`;
}

function describeNumber(value: number): string {
  if (Number.isInteger(value)) return "an integer";
  return Number.isFinite(value) ? "a number" : "a number that JSON does not have";
}
