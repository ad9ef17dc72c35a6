import type { KeywordRule } from "./reader.js";
import { describe, wrong } from "./values.js";

/** `$ref`: holds the key of the type it leads to. */
export const refRule: KeywordRule = (value, reader) => {
  if (typeof value !== "string") return wrong(reader, "$ref", "a reference", value);
  const $ref = reader.refTo(value);
  return $ref === undefined ? {} : { $ref };
};

/** `$dynamicRef`, `$recursiveRef`: where they lead depends on who asks, so no named type can stand for them. */
export const dynamicRefRule: KeywordRule = (value, reader) => {
  reader.report(
    "dynamic-reference",
    `dynamic references are not supported, got ${describe(value)}; use "$ref"`,
  );
  return {};
};
