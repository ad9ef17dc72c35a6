import { appendPointer } from "../json-pointer.js";
import type { SchemaPlace } from "../load/schema-index.js";
import type { InnerSchema, InnerSchemaObject } from "./contract.js";
import type { PayloadGraph } from "./payload-graph.js";

/** A schema within a payload, and where it comes from. */
export interface SchemaPart {
  readonly schema: InnerSchema;
  readonly place: SchemaPlace;
}

/** The schema at a place that the graph holds. */
export function partAt(place: SchemaPlace, graph: PayloadGraph): SchemaPart {
  return { schema: graph.get(graph.add(place)).schema, place };
}

/** A schema and all that it holds the same value against: what it refers to and combines. Each once. */
export function inPlaceParts(
  part: SchemaPart,
  graph: PayloadGraph,
): readonly (SchemaPart & { readonly schema: InnerSchemaObject })[] {
  const parts = new Map<InnerSchema, SchemaPart & { readonly schema: InnerSchemaObject }>();
  const waiting = [part];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { schema, place } = next;
    if (typeof schema === "boolean" || parts.has(schema)) continue;
    parts.set(schema, { schema, place });
    waiting.push(...partsOf(schema, place, graph));
  }
  return [...parts.values()];
}

function partsOf(schema: InnerSchemaObject, place: SchemaPlace, graph: PayloadGraph): readonly SchemaPart[] {
  const parts = (["allOf", "anyOf", "oneOf"] as const).flatMap((keyword) =>
    (schema[keyword] ?? []).map((held, index) => below({ schema: held, place }, keyword, String(index))),
  );
  for (const keyword of ["then", "else"] as const) {
    const held = schema[keyword];
    if (held !== undefined) parts.push(below({ schema: held, place }, keyword));
  }
  if (schema.$ref !== undefined) parts.push(graph.get(schema.$ref));
  return parts;
}

/** The same schema, at a place further down. */
export function below({ schema, place }: SchemaPart, ...names: readonly string[]): SchemaPart {
  return { schema, place: { document: place.document, pointer: appendPointer(place.pointer, ...names) } };
}

/** The properties that a schema declares, in whatever part of it. */
export function declaredProperties(
  part: SchemaPart,
  graph: PayloadGraph,
): readonly (SchemaPart & { readonly name: string })[] {
  return inPlaceParts(part, graph).flatMap(({ schema, place }) =>
    Object.entries(schema.properties ?? {}).map(([name, property]) => ({
      name,
      ...below({ schema: property, place }, "properties", name),
    })),
  );
}
