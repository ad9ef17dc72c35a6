import type { InnerSchema, InnerSchemaObject, JsonValue } from "../contract.js";
import { isArray, isObject, type KeywordRule, type RawSchema, type SchemaReader } from "./reader.js";
import { wrong } from "./values.js";

type KeywordsWith<Value> = {
  [Key in keyof InnerSchemaObject]-?: Value extends Exclude<InnerSchemaObject[Key], undefined> ? Key : never;
}[keyof InnerSchemaObject];

/** A keyword that holds one schema, for instance `not`. */
export function schemaRule(keyword: KeywordsWith<InnerSchema>): KeywordRule {
  return (value, reader) => ({ [keyword]: reader.schema(value, keyword) });
}

/**
 * A keyword that holds a list of schemas, for instance `anyOf`. At most `most` of them: the cost of checking
 * alternatives grows with the square of their number.
 */
export function schemaListRule(keyword: KeywordsWith<readonly InnerSchema[]>, most: number): KeywordRule {
  return (value, reader) => {
    if (!isArray(value) || value.length === 0) {
      return wrong(reader, keyword, "an array of at least one schema", value);
    }
    if (value.length > most) {
      reader.report(
        "too-many-schemas",
        `"${keyword}" has ${value.length} schemas, expected at most ${most}; split the type`,
        keyword,
      );
      return {};
    }
    return { [keyword]: value.map((schema, index) => reader.schema(schema, keyword, String(index))) };
  };
}

/** A keyword that holds schemas by name, for instance `dependentSchemas`. */
export function schemaMapRule(keyword: KeywordsWith<{ readonly [name: string]: InnerSchema }>): KeywordRule {
  return (value, reader) =>
    isObject(value)
      ? { [keyword]: readSchemaMap(value, reader, keyword) }
      : wrong(reader, keyword, "an object of schemas", value);
}

/** The schemas of `map`, which stands at `keyword`, in the order of the file. */
export function readSchemaMap(
  map: RawSchema,
  reader: SchemaReader,
  keyword: string,
): { readonly [name: string]: InnerSchema } {
  const schemas = emptyMap<InnerSchema>();
  for (const [name, schema] of Object.entries(map)) schemas[name] = reader.schema(schema, keyword, name);
  return schemas;
}

/** A map for users' names: without a prototype, `__proto__` is a name like any other. */
export function emptyMap<Value extends JsonValue | InnerSchema | readonly string[]>(): {
  [name: string]: Value;
} {
  return Object.create(null);
}
