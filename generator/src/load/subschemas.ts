import { appendPointer } from "../json-pointer.js";
import { has, isArray, isObject, type JsonObject } from "../json-value.js";
import type { JsonValue } from "../model/contract.js";

/** The kinds of JSON Schema that files may be written in; 2020-12 when a file does not say. */
export type Dialect = "draft-07" | "2020-12";

/** A place that holds a schema. */
export interface Subschema {
  readonly schema: JsonObject;
  readonly pointer: string;
}

/** What a keyword holds: one schema, a list of them, either of the two, or schemas by name. */
type Form = "schema" | "list" | "schema or list" | "map";

const common: readonly (readonly [string, Form])[] = [
  ...["additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"].map(
    (keyword) => [keyword, "schema"] as const,
  ),
  ...["allOf", "anyOf", "oneOf"].map((keyword) => [keyword, "list"] as const),
  ...["properties", "patternProperties", "dependencies", "definitions"].map(
    (keyword) => [keyword, "map"] as const,
  ),
];

const forms: { readonly [dialect in Dialect]: ReadonlyMap<string, Form> } = {
  "draft-07": new Map([...common, ["items", "schema or list"], ["additionalItems", "schema"]]),
  "2020-12": new Map([
    ...common,
    ["$defs", "map"],
    ["dependentSchemas", "map"],
    ["prefixItems", "list"],
    ["items", "schema"],
    ["unevaluatedItems", "schema"],
    ["unevaluatedProperties", "schema"],
    ["contentSchema", "schema"],
  ]),
};

/** The schema at `pointer` and all schemas within it, each before its own parts. References are not followed. */
export function* subschemas(value: JsonValue, pointer: string, dialect: Dialect): Generator<Subschema> {
  if (!isObject(value)) return;
  yield { schema: value, pointer };
  for (const [keyword, held] of Object.entries(value)) {
    const form = forms[dialect].get(keyword);
    if (form === undefined) continue;
    const path = appendPointer(pointer, keyword);
    if (form === "map" || isArray(held)) yield* within(held, path, form, dialect);
    else yield* subschemas(held, path, dialect);
  }
}

function* within(held: JsonValue, pointer: string, form: Form, dialect: Dialect): Generator<Subschema> {
  const isMap = form === "map" && isObject(held);
  const isList = (form === "list" || form === "schema or list") && isArray(held);
  if (!isMap && !isList) return;
  for (const [name, schema] of Object.entries(held)) {
    yield* subschemas(schema, appendPointer(pointer, name), dialect);
  }
}

/** False for a path, as names from a schema, that ends at schemas by name, such as `properties`: that is no schema. */
export function isSchemaPath(path: readonly string[], dialect: Dialect): boolean {
  const [keyword, ...rest] = path;
  if (keyword === undefined) return true;
  const form = forms[dialect].get(keyword);
  // Below a keyword that the dialect does not know, anything may be a schema.
  if (form === undefined) return true;
  if (form === "map") return rest.length > 0 && isSchemaPath(rest.slice(1), dialect);
  return isSchemaPath(form === "schema" ? rest : rest.slice(1), dialect);
}

/**
 * True when a schema at `path` within another one, as names from there, is held against the same value, so that a
 * reference from there back to its start would never come to an end.
 */
export function isInPlace(path: readonly string[]): boolean {
  const [keyword, ...rest] = path;
  if (keyword === undefined || keyword === "$ref" || keyword === "$dynamicRef") return true;
  if (["not", "if", "then", "else"].includes(keyword)) return isInPlace(rest);
  const named = ["allOf", "anyOf", "oneOf", "dependentSchemas", "dependencies"];
  return named.includes(keyword) && isInPlace(rest.slice(1));
}

/** The text of a keyword; undefined when the schema has none, or no text there. */
export function textOf(schema: JsonValue | undefined, keyword: string): string | undefined {
  if (!isObject(schema) || !has(schema, keyword)) return undefined;
  const value = schema[keyword];
  return typeof value === "string" ? value : undefined;
}
