import type { InnerSchemaObject } from "../contract.js";

const applied = ["$ref", "allOf", "anyOf", "oneOf", "not", "if"] as const;

/**
 * `nullable: true` of OpenAPI 3.0: null is accepted besides what the schema accepts. Plain schemas get it into
 * their `type`, `const` and `enum`; one that applies others to the same value becomes an alternative to null.
 */
export function withNull(schema: InnerSchemaObject): InnerSchemaObject {
  if (applied.some((keyword) => schema[keyword] !== undefined)) {
    return { anyOf: [schema, { type: ["null"] }] };
  }
  const { type, const: constant, enum: values, ...rest } = schema;
  return {
    ...rest,
    ...(type === undefined ? {} : { type: type.includes("null") ? type : [...type, "null"] }),
    ...(constant === undefined
      ? {}
      : values === undefined
        ? { enum: [constant, null] }
        : { const: constant }),
    ...(values === undefined ? {} : { enum: values.includes(null) ? values : [...values, null] }),
  };
}
