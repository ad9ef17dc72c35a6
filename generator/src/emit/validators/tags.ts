import type { InnerSchema, InnerSchemaObject, JsonValue } from "../../model/contract.js";
import type { TypeFacts } from "./facts.js";

/** A member whose value tells the branches of a union apart. */
export interface Tag {
  readonly name: string;
  readonly cases: readonly { readonly values: readonly TagValue[]; readonly branch: InnerSchema }[];
}

export type TagValue = boolean | number | string;

/** The first member that every branch requires and that has other values in each. */
export function findTag(branches: readonly InnerSchema[], types: TypeFacts): Tag | undefined {
  const tagged = branches.map((branch) => ({ branch, tags: tagsOf(branch, types) }));
  for (const name of tagged[0]?.tags.keys() ?? []) {
    if (!tagged.every(({ tags }) => tags.has(name))) continue;
    const cases = tagged.map(({ branch, tags }) => ({ branch, values: tags.get(name) ?? [] }));
    const values = cases.flatMap((each) => each.values);
    if (new Set(values).size === values.length) return { name, cases };
  }
  return undefined;
}

/** The members that a schema requires to have one of a few values. */
function tagsOf(schema: InnerSchema, types: TypeFacts): ReadonlyMap<string, readonly TagValue[]> {
  const tags = new Map<string, readonly TagValue[]>();
  const parts = certainParts(schema, types);
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  for (const part of parts) {
    for (const [name, member] of Object.entries(part.properties ?? {})) {
      const values = tagValues(member, types);
      if (required.has(name) && values !== undefined && !tags.has(name)) tags.set(name, values);
    }
  }
  return tags;
}

/** The schema and all that fit whenever it does. */
function certainParts(
  schema: InnerSchema,
  types: TypeFacts,
  visited: readonly string[] = [],
): InnerSchemaObject[] {
  if (typeof schema === "boolean") return [];
  const parts = (schema.allOf ?? []).flatMap((part) => certainParts(part, types, visited));
  if (schema.$ref === undefined || visited.includes(schema.$ref)) return [schema, ...parts];
  return [schema, ...parts, ...certainParts(types.schema(schema.$ref), types, [...visited, schema.$ref])];
}

function tagValues(schema: InnerSchema, types: TypeFacts): readonly TagValue[] | undefined {
  for (const part of certainParts(schema, types)) {
    const values: readonly JsonValue[] | undefined = part.const === undefined ? part.enum : [part.const];
    if (values !== undefined && values.length > 0 && values.every(isTagValue)) return values;
  }
  return undefined;
}

function isTagValue(value: JsonValue): value is TagValue {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
