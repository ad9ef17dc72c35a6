import type { InnerSchema, JsonType, JsonValue } from "../../model/contract.js";
import type { TypeFacts } from "./facts.js";
import type { ValueKind } from "./place.js";

export const allKinds: readonly ValueKind[] = ["string", "number", "boolean", "null", "array", "object"];

export function kindOfType(type: JsonType): ValueKind {
  return type === "integer" ? "number" : type;
}

export function kindOfValue(value: JsonValue): ValueKind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const kind = typeof value;
  return kind === "string" || kind === "number" || kind === "boolean" ? kind : "object";
}

/** The kinds of value that a schema may let pass: never too few. */
export function kindsOf(schema: InnerSchema, types: TypeFacts): ReadonlySet<ValueKind> {
  if (typeof schema === "boolean") return new Set(schema ? allKinds : []);
  const sets: ReadonlySet<ValueKind>[] = [];
  if (schema.type !== undefined) sets.push(new Set(schema.type.map(kindOfType)));
  if (schema.const !== undefined) sets.push(new Set([kindOfValue(schema.const)]));
  if (schema.enum !== undefined) sets.push(new Set(schema.enum.map(kindOfValue)));
  if (schema.$ref !== undefined) sets.push(types.kinds(schema.$ref));
  for (const part of schema.allOf ?? []) sets.push(kindsOf(part, types));
  for (const union of [schema.anyOf, schema.oneOf]) {
    if (union !== undefined) sets.push(new Set(union.flatMap((branch) => [...kindsOf(branch, types)])));
  }
  return new Set(allKinds.filter((kind) => sets.every((set) => set.has(kind))));
}

/** Whether a schema refuses a value that is not there, so that `required` needs no check of its own. */
export function refusesAbsence(schema: InnerSchema, types: TypeFacts): boolean {
  if (typeof schema === "boolean") return !schema;
  if (schema.type !== undefined || schema.const !== undefined || schema.enum !== undefined) return true;
  if (schema.$ref !== undefined && types.refusesAbsence(schema.$ref)) return true;
  if (schema.allOf?.some((part) => refusesAbsence(part, types)) === true) return true;
  return [schema.anyOf, schema.oneOf].some(
    (union) => union?.every((branch) => refusesAbsence(branch, types)) === true,
  );
}

const annotations: ReadonlySet<string> = new Set([
  "title",
  "description",
  "deprecated",
  "default",
  "examples",
  "readOnly",
  "writeOnly",
  "x-extensible-enum",
  "contentEncoding",
  "contentMediaType",
]);

/** Whether a schema asks nothing of any value, in a way that is easily seen. */
export function isFree(schema: InnerSchema): boolean {
  return typeof schema === "boolean"
    ? schema
    : Object.keys(schema).every((keyword) => annotations.has(keyword));
}
