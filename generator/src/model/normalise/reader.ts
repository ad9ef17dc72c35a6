import type { JsonObject } from "../../json-value.js";
import type { InnerSchema, InnerSchemaObject, JsonValue, TypeReference } from "../contract.js";

export { has, isArray, isObject } from "../../json-value.js";

/** The members of a schema as its file has them. */
export type RawSchema = JsonObject;

/** What a keyword's rule may do while it reads one schema. Every path is relative to that schema. */
export interface SchemaReader {
  /** The schema at `path`, in the inner form. */
  schema(value: JsonValue, ...path: readonly string[]): InnerSchema;
  /** The key of the type that this reference of the schema leads to; undefined when that was reported. */
  refTo(ref: string, keyword: "$dynamicRef" | "$ref"): TypeReference | undefined;
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
