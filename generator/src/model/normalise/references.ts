import { has, type KeywordRule } from "./reader.js";
import { refuseDynamicRef } from "./refused.js";
import { wrong } from "./values.js";

/** `$ref`: holds the key of the type it leads to. */
export const refRule: KeywordRule = (value, reader) => {
  if (typeof value !== "string") return wrong(reader, "$ref", "a reference", value);
  const $ref = reader.refTo(value, "$ref");
  return $ref === undefined ? {} : { $ref };
};

/** `$dynamicRef`: where it leads to one place, it is a `$ref`; beside one it is refused, since a schema has one reference here. */
export const dynamicRefRule: KeywordRule = (value, reader, raw) => {
  if (typeof value !== "string") return wrong(reader, "$dynamicRef", "a reference", value);
  if (has(raw, "$ref")) return refuseDynamicRef("$dynamicRef", value, reader);
  const $ref = reader.refTo(value, "$dynamicRef");
  return $ref === undefined ? {} : { $ref };
};
