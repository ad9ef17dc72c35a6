import { describe } from "../../json-value.js";
import type { JsonType } from "../contract.js";
import { isArray, type KeywordRule } from "./reader.js";
import { wrong } from "./values.js";

/** What `type` may say. */
export const jsonTypes: readonly JsonType[] = [
  "array",
  "boolean",
  "integer",
  "null",
  "number",
  "object",
  "string",
];

function isJsonType(value: unknown): value is JsonType {
  return jsonTypes.some((type) => type === value);
}

/** `type`: always a list, each type once, in the order of the file. */
export const typeRule: KeywordRule = (value, reader) => {
  const given = isArray(value) ? value : [value];
  if (given.length === 0) return wrong(reader, "type", "a type, or an array of at least one", value);
  const types = new Set<JsonType>();
  for (const [index, type] of given.entries()) {
    if (isJsonType(type)) types.add(type);
    else {
      const path = isArray(value) ? ["type", String(index)] : ["type"];
      reader.report(
        "unknown-type",
        `expected one of ${jsonTypes.join(", ")}, got ${describe(type)}`,
        ...path,
      );
    }
  }
  return { type: [...types] };
};
