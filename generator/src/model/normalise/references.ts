import type { KeywordRule } from "./reader.js";
import { wrong } from "./values.js";

/** `$ref`: holds the key of the type it leads to. */
export const refRule: KeywordRule = (value, reader) => {
  if (typeof value !== "string") return wrong(reader, "$ref", "a reference", value);
  const $ref = reader.refTo(value);
  return $ref === undefined ? {} : { $ref };
};
