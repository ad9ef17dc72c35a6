import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import type { Declared, TypeFacts } from "./facts.js";

export const nothingDeclared: Declared = {
  names: new Set(),
  patterns: new Set(),
  all: false,
  lists: false,
  conditional: false,
  required: new Set(),
  mentioned: new Set(),
};

/** What a schema and all that it applies in place declare. */
export function declaredBy(schema: InnerSchema, types: TypeFacts): Declared {
  if (typeof schema === "boolean") return nothingDeclared;
  const itself = declaredByItself(schema);
  const parts = certainParts(schema).map((part) => declaredBy(part, types));
  if (schema.$ref !== undefined) parts.push(types.declared(schema.$ref));
  const branches = branchesOf(schema).map((branch) => declaredBy(branch, types));
  // Most schemas are neither joined nor a choice, and this is asked at every member.
  const certain = parts.length === 0 ? itself : join([itself, ...parts]);
  return branches.length === 0 ? certain : withBranches(certain, branches);
}

/** What the schema declares by its own object keywords. */
export function declaredByItself(schema: InnerSchemaObject): Declared {
  const {
    properties = {},
    patternProperties,
    additionalProperties,
    unevaluatedProperties,
    required = [],
  } = schema;
  const speaks = schema.properties ?? patternProperties ?? additionalProperties ?? unevaluatedProperties;
  if (speaks === undefined && required.length === 0) return nothingDeclared;
  const names = Object.keys(properties);
  return {
    names: new Set(names),
    patterns: new Set(Object.keys(patternProperties ?? {})),
    all: additionalProperties !== undefined || unevaluatedProperties !== undefined,
    lists: schema.properties !== undefined,
    conditional: false,
    required: new Set(required.filter((name) => !Object.hasOwn(properties, name))),
    mentioned: new Set([...names, ...required]),
  };
}

export function declaresAnything({ names, patterns, all, lists, conditional }: Declared): boolean {
  return names.size > 0 || patterns.size > 0 || all || lists || conditional;
}

/** The schemas that fit whenever the whole does. */
function certainParts({ allOf = [] }: InnerSchemaObject): readonly InnerSchema[] {
  return allOf;
}

/** The schemas applied in place that may fit or not. */
function branchesOf(schema: InnerSchemaObject): readonly InnerSchema[] {
  const branches = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...Object.values(schema.dependentSchemas ?? {}),
  ];
  for (const branch of [schema.if, schema.then, schema.else]) if (branch !== undefined) branches.push(branch);
  return branches;
}

function join(parts: readonly Declared[]): Declared {
  return {
    names: union(parts.map(({ names }) => names)),
    patterns: union(parts.map(({ patterns }) => patterns)),
    all: parts.some(({ all }) => all),
    lists: parts.some(({ lists }) => lists),
    conditional: parts.some(({ conditional }) => conditional),
    required: union(parts.map(({ required }) => required)),
    mentioned: union(parts.map(({ mentioned }) => mentioned)),
  };
}

/** A branch that only repeats names that count anyway makes nothing conditional. */
function withBranches(certain: Declared, branches: readonly Declared[]): Declared {
  const adds = ({ names, patterns, all, conditional }: Declared): boolean =>
    all || conditional || !isSubset(names, certain.names) || !isSubset(patterns, certain.patterns);
  return {
    ...certain,
    lists: certain.lists || branches.some(({ lists }) => lists),
    conditional: certain.conditional || (!certain.all && branches.some(adds)),
    required: union([certain, ...branches].map(({ required }) => required)),
    mentioned: union([certain, ...branches].map(({ mentioned }) => mentioned)),
  };
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

export function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  for (const name of part) if (!whole.has(name)) return false;
  return true;
}
