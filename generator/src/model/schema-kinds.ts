import type { InnerSchema, JsonType, JsonValue, TypeReference } from "./contract.js";
import { jsonTypes } from "./normalise/types.js";

/** Gives the schema of a type. */
export type Lookup = (key: TypeReference) => InnerSchema;

/**
 * The kinds of value that a schema may allow, as far as its `type`, `enum`, `const` and their combinations tell:
 * never too few, at times too many.
 */
export function kindsOf(schema: InnerSchema, lookup: Lookup): ReadonlySet<JsonType> {
  return new KindFinder(lookup).find(schema);
}

class KindFinder {
  readonly #lookup: Lookup;
  /** Each type is looked at once: types may refer to each other in more ways than could be walked. */
  readonly #found = new Map<TypeReference, ReadonlySet<JsonType>>();
  #depth = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  find(schema: InnerSchema): ReadonlySet<JsonType> {
    if (typeof schema === "boolean") return new Set(schema ? jsonTypes : []);
    const limits = (schema.allOf ?? []).map((part) => this.find(part));
    if (schema.type !== undefined) limits.push(withIntegers(schema.type));
    if (schema.const !== undefined) limits.push(new Set([kindOf(schema.const)]));
    if (schema.enum !== undefined) limits.push(new Set(schema.enum.map(kindOf)));
    for (const alternatives of [schema.anyOf, schema.oneOf]) {
      if (alternatives !== undefined)
        limits.push(new Set(alternatives.flatMap((part) => [...this.find(part)])));
    }
    if (schema.$ref !== undefined) limits.push(this.#findReferred(schema.$ref));
    return new Set(jsonTypes.filter((kind) => limits.every((limit) => limit.has(kind))));
  }

  #findReferred(key: TypeReference): ReadonlySet<JsonType> {
    const known = this.#found.get(key);
    // Circles and chains beyond any use have been reported: there, whatever is said does.
    if (known !== undefined || this.#depth > 400) return known ?? new Set(jsonTypes);
    this.#found.set(key, new Set(jsonTypes));
    this.#depth++;
    const kinds = this.find(this.#lookup(key));
    this.#depth--;
    this.#found.set(key, kinds);
    return kinds;
  }
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
