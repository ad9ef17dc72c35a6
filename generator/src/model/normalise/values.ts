import { describe } from "../../json-value.js";
import type { InnerSchemaObject, JsonValue } from "../contract.js";
import { isArray, type KeywordRule, type SchemaReader } from "./reader.js";

type KeywordsOf<Value> = {
  [Key in keyof InnerSchemaObject]-?: Exclude<InnerSchemaObject[Key], undefined> extends Value
    ? Value extends Exclude<InnerSchemaObject[Key], undefined>
      ? Key
      : never
    : never;
}[keyof InnerSchemaObject];

/** A keyword with a number, for instance `maximum`. */
export function numberRule(keyword: KeywordsOf<number>): KeywordRule {
  return (value, reader) =>
    typeof value === "number" && Number.isFinite(value)
      ? { [keyword]: value }
      : wrong(reader, keyword, "a number", value);
}

/** `multipleOf`: a number above 0. */
export const multipleOfRule: KeywordRule = (value, reader) =>
  typeof value === "number" && Number.isFinite(value) && value > 0
    ? { multipleOf: value }
    : wrong(reader, "multipleOf", "a number above 0", value);

/** A keyword with a whole number from 0, for instance `maxLength`. */
export function countRule(keyword: KeywordsOf<number>): KeywordRule {
  return (value, reader) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0
      ? { [keyword]: value }
      : wrong(reader, keyword, "a whole number from 0", value);
}

/** A keyword with true or false, for instance `deprecated`. */
export function booleanRule(keyword: KeywordsOf<boolean>): KeywordRule {
  return (value, reader) =>
    typeof value === "boolean" ? { [keyword]: value } : wrong(reader, keyword, "true or false", value);
}

/** A keyword with text, for instance `format`. */
export function textRule(keyword: KeywordsOf<string>): KeywordRule {
  return (value, reader) =>
    typeof value === "string" ? { [keyword]: value } : wrong(reader, keyword, "a string", value);
}

/** A keyword with a list of any values, for instance `enum`. */
export function valuesRule(keyword: KeywordsOf<readonly JsonValue[]>): KeywordRule {
  return (value, reader) =>
    isArray(value) ? { [keyword]: value } : wrong(reader, keyword, "an array", value);
}

/** A keyword with any value, for instance `default`. */
export function anyRule(keyword: KeywordsOf<JsonValue>): KeywordRule {
  return (value) => ({ [keyword]: value });
}

/** Reports a keyword whose value has the wrong form, and reads it as absent. */
export function wrong(
  reader: SchemaReader,
  keyword: string,
  expected: string,
  got: JsonValue,
): InnerSchemaObject {
  reader.report("keyword-value", `expected ${expected} for "${keyword}", got ${describe(got)}`, keyword);
  return {};
}

/** The names in a list, each once, in order; what is no string is reported. */
export function readNames(value: JsonValue, reader: SchemaReader, ...path: readonly string[]): string[] {
  if (!isArray(value)) {
    reader.report("keyword-value", `expected an array of names, got ${describe(value)}`, ...path);
    return [];
  }
  const names = new Set<string>();
  for (const [index, name] of value.entries()) {
    if (typeof name === "string") names.add(name);
    else reader.report("keyword-value", `expected a name, got ${describe(name)}`, ...path, String(index));
  }
  return [...names];
}
