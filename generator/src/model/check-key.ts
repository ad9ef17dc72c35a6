import { parsePointer } from "../json-pointer.js";
import { suggestion } from "../nearest-name.js";
import type { JsonType } from "./contract.js";
import type { PayloadGraph } from "./payload-graph.js";
import { kindsOf } from "./schema-kinds.js";
import { below, declaredProperties, inPlaceParts, type SchemaPart } from "./schema-parts.js";

const scalars: readonly JsonType[] = ["boolean", "integer", "number", "string"];

/**
 * What is wrong with a key, a JSON Pointer into a payload; undefined when nothing is, as far as the schema tells.
 * A key must lead to something declared, and that to text, a number or a boolean.
 */
export function keyProblem(key: string, payload: SchemaPart, graph: PayloadGraph): string | undefined {
  let parts: readonly SchemaPart[] = [payload];
  for (const name of parsePointer(key) ?? []) {
    const next = parts.flatMap((part) => membersOf(part, name, graph));
    if (next.length === 0)
      return parts.some((part) => isOpen(part, graph)) ? undefined : missing(name, parts, graph);
    // The same schema may be met in many ways.
    parts = [...new Map(next.map((part) => [part.schema, part])).values()];
  }
  const kinds = new Set(
    parts.flatMap(({ schema }) => [...kindsOf(schema, (type) => graph.get(type).schema)]),
  );
  if (scalars.some((kind) => kinds.has(kind))) return undefined;
  return `expected a key that leads to text, a number or a boolean, got ${[...kinds].join(" or ") || "nothing"}`;
}

function missing(name: string, parts: readonly SchemaPart[], graph: PayloadGraph): string {
  const names = parts.flatMap((part) => declaredProperties(part, graph).map((property) => property.name));
  const hint = suggestion(name, names);
  return `expected a key that the payload declares, got ${JSON.stringify(name)}, which it does not have${hint}`;
}

/** What a schema says of a member or an item called `name`. */
function membersOf(part: SchemaPart, name: string, graph: PayloadGraph): readonly SchemaPart[] {
  const properties = declaredProperties(part, graph).filter((property) => property.name === name);
  return /^(?:0|[1-9]\d*)$/.test(name) ? [...properties, ...itemsAt(part, Number(name), graph)] : properties;
}

function itemsAt(part: SchemaPart, index: number, graph: PayloadGraph): readonly SchemaPart[] {
  return inPlaceParts(part, graph).flatMap(({ schema, place }) => {
    const item = schema.prefixItems?.[index] ?? schema.items;
    return item === undefined ? [] : [below({ schema: item, place }, "items")];
  });
}

/** True when a schema may allow members that it does not name, also for a writer. */
function isOpen(part: SchemaPart, graph: PayloadGraph): boolean {
  const kinds = kindsOf(part.schema, (type) => graph.get(type).schema);
  if (!kinds.has("object") && !kinds.has("array")) return false;
  const parts = inPlaceParts(part, graph);
  return (
    parts.every(({ schema }) => schema.properties === undefined) ||
    parts.some(
      ({ schema }) =>
        schema.patternProperties !== undefined ||
        (schema.additionalProperties ?? schema.unevaluatedProperties ?? false) !== false,
    )
  );
}
