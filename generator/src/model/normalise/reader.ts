import type { InnerSchema, InnerSchemaObject, JsonValue, TypeReference } from "../contract.js";

/** The members of a schema as its file has them. */
export type RawSchema = { readonly [keyword: string]: JsonValue };

/** What a keyword's rule may do while it reads one schema. Every path is relative to that schema. */
export interface SchemaReader {
  /** The schema at `path`, in the inner form. */
  schema(value: JsonValue, ...path: readonly string[]): InnerSchema;
  /** The key of the type that the `$ref` of this schema leads to; undefined when that was reported. */
  refTo(ref: string): TypeReference | undefined;
  /** Adds a finding. The rule goes on with a harmless value: nothing is generated from input with findings. */
  report(rule: string, message: string, ...path: readonly string[]): void;
}

/**
 * Turns one keyword into inner form. `raw` is the schema it stands in, for keywords that are read together;
 * the answer may be empty, for a keyword without meaning beside its siblings.
 */
export type KeywordRule = (value: JsonValue, reader: SchemaReader, raw: RawSchema) => InnerSchemaObject;

/** Keyword to rule. A map, because a keyword is free text: `constructor` is not one. */
export type KeywordTable = ReadonlyMap<string, KeywordRule>;

/** True for a JSON object, whatever its prototype. */
export function isObject(value: JsonValue | undefined): value is RawSchema {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** `Array.isArray` that knows readonly arrays. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** True for an own member, so that `toString` is none unless the file has it. */
export function has(raw: RawSchema, keyword: string): boolean {
  return Object.hasOwn(raw, keyword);
}
