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
export function* inPlaceParts(
  part: SchemaPart,
  graph: PayloadGraph,
  seen: Set<InnerSchema> = new Set(),
): Generator<SchemaPart & { readonly schema: InnerSchemaObject }> {
  const { schema, place } = part;
  if (typeof schema === "boolean" || seen.has(schema)) return;
  seen.add(schema);
  yield { schema, place };
  const inner = [
    ...(["allOf", "anyOf", "oneOf"] as const).flatMap((keyword) =>
      (schema[keyword] ?? []).map((held, index) => below({ schema: held, place }, keyword, String(index))),
    ),
    ...(["then", "else"] as const).flatMap((keyword) => {
      const held = schema[keyword];
      return held === undefined ? [] : [below({ schema: held, place }, keyword)];
    }),
  ];
  if (schema.$ref !== undefined) {
    const target = graph.get(schema.$ref);
    inner.push({ schema: target.schema, place: target.place });
  }
  for (const next of inner) yield* inPlaceParts(next, graph, seen);
}

/** The same schema, at a place further down. */
export function below({ schema, place }: SchemaPart, ...names: readonly string[]): SchemaPart {
  return { schema, place: { document: place.document, pointer: appendPointer(place.pointer, ...names) } };
}

/** The properties that a schema declares, in whatever part of it. */
export function* declaredProperties(
  part: SchemaPart,
  graph: PayloadGraph,
): Generator<SchemaPart & { readonly name: string }> {
  for (const { schema, place } of inPlaceParts(part, graph)) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      yield { name, ...below({ schema: property, place }, "properties", name) };
    }
  }
}
