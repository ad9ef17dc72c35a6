import { has, isArray, isObject } from "./json-value.js";
import type { JsonValue } from "./model/contract.js";

/** A JSON Pointer (RFC 6901) with more names appended. */
export function appendPointer(pointer: string, ...names: readonly string[]): string {
  return names.reduce((path, name) => `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, pointer);
}

/** The names in a JSON Pointer; undefined for text that is none. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The member or item called `name`; undefined where there is none. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (isArray(value)) return /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return isObject(value) && has(value, name) ? value[name] : undefined;
}

/** The value that a JSON Pointer leads to; undefined where there is none. */
export function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  return parsePointer(pointer)?.reduce<JsonValue | undefined>(memberOf, value);
}
