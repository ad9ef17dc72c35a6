import type { JsonValue } from "./model/contract.js";

/** A JSON object, whatever its prototype. */
export type JsonObject = { readonly [name: string]: JsonValue };

/** True for a JSON object, whatever its prototype. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** `Array.isArray` that knows readonly arrays. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** True for an own member, so that `toString` is none unless the file has it. */
export function has(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name);
}

const longestShown = 60;

/** What stands in a file, for a message: short scalars as they are, all else by kind. */
export function describe(value: JsonValue): string {
  if (isArray(value)) return "an array";
  if (typeof value === "object") return value === null ? "null" : "an object";
  const text = JSON.stringify(value);
  return text.length <= longestShown ? text : `a ${typeof value} of ${text.length} characters`;
}
