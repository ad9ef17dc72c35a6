import type { InnerSchema, JsonType, JsonValue, TypeReference } from "./contract.js";

/** Gives the schema of a type. */
export type Lookup = (key: TypeReference) => InnerSchema;

/** The kinds of JSON value, with whole numbers apart from other numbers. */
export const allKinds: readonly JsonType[] = [
  "array",
  "boolean",
  "integer",
  "null",
  "number",
  "object",
  "string",
];

/**
 * The kinds of value that a schema may allow, as far as its `type`, `enum`, `const` and their combinations tell:
 * never too few, at times too many.
 */
export function kindsOf(
  schema: InnerSchema,
  lookup: Lookup,
  seen: ReadonlySet<TypeReference> = new Set(),
): ReadonlySet<JsonType> {
  if (typeof schema === "boolean") return new Set(schema ? allKinds : []);
  const kinds = (part: InnerSchema): ReadonlySet<JsonType> => kindsOf(part, lookup, seen);
  const limits: ReadonlySet<JsonType>[] = (schema.allOf ?? []).map(kinds);
  if (schema.type !== undefined) limits.push(withIntegers(schema.type));
  if (schema.const !== undefined) limits.push(new Set([kindOf(schema.const)]));
  if (schema.enum !== undefined) limits.push(new Set(schema.enum.map(kindOf)));
  for (const alternatives of [schema.anyOf, schema.oneOf]) {
    if (alternatives !== undefined) limits.push(new Set(alternatives.flatMap((part) => [...kinds(part)])));
  }
  const { $ref } = schema;
  if ($ref !== undefined && !seen.has($ref))
    limits.push(kindsOf(lookup($ref), lookup, new Set([...seen, $ref])));
  return new Set(allKinds.filter((kind) => limits.every((limit) => limit.has(kind))));
}

/** True when a schema allows at most values of this kind. */
export function allowsOnly(kind: JsonType, schema: InnerSchema, lookup: Lookup): boolean {
  return [...kindsOf(schema, lookup)].every((allowed) => allowed === kind);
}

/** A schema of numbers allows whole numbers. */
function withIntegers(types: readonly JsonType[]): ReadonlySet<JsonType> {
  return new Set(types.includes("number") ? [...types, "integer"] : types);
}

function kindOf(value: JsonValue): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "string" ? "string" : "object";
}

/** The only values of a schema that lists them all and has nothing but text; undefined for any other. */
export function textValues(schema: InnerSchema, lookup: Lookup): readonly string[] | undefined {
  if (typeof schema === "boolean") return undefined;
  if (schema.$ref !== undefined) return textValues(lookup(schema.$ref), lookup);
  const values = schema.const === undefined ? schema.enum : [schema.const];
  return values?.every((value) => typeof value === "string") ? values : undefined;
}
