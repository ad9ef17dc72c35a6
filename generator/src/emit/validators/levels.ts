import type { InnerSchema } from "../../model/contract.js";
import type { TypeFacts } from "./facts.js";

/**
 * The most levels of objects and arrays that a schema goes down by itself; infinite when it refers to itself. What it
 * leaves open may go deeper.
 */
export function levelsOf(schema: InnerSchema, types: TypeFacts): number {
  if (typeof schema === "boolean") return 1;
  const { $ref, allOf = [], anyOf = [], oneOf = [], then = true, else: otherwise = true } = schema;
  const inPlace = [
    ...allOf,
    ...anyOf,
    ...oneOf,
    then,
    otherwise,
    ...Object.values(schema.dependentSchemas ?? {}),
  ];
  const inside = [
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...(schema.prefixItems ?? []),
    schema.additionalProperties ?? false,
    schema.unevaluatedProperties ?? false,
    schema.items ?? false,
    schema.unevaluatedItems ?? false,
  ];
  let levels = $ref === undefined ? 1 : types.levels($ref);
  for (const part of inPlace) levels = Math.max(levels, levelsOf(part, types));
  for (const part of inside) levels = Math.max(levels, levelsOf(part, types) + 1);
  return levels;
}
