import type { InnerSchemaObject, JsonType, JsonValue } from "../contract.js";

const inPlace = ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "const"] as const;

/**
 * `nullable: true` of OpenAPI 3.0: null is accepted besides what the schema accepts. Plain schemas get it into
 * their `type` and `enum`; one that holds the value against more than that becomes an alternative to null.
 */
export function withNull(schema: InnerSchemaObject): InnerSchemaObject {
  if (inPlace.some((keyword) => schema[keyword] !== undefined)) return asAlternative(schema);
  const inner: { type?: readonly JsonType[]; enum?: readonly JsonValue[] } = {};
  if (schema.type !== undefined) inner.type = addNull(schema.type, "null");
  if (schema.enum !== undefined) inner.enum = addNull(schema.enum, null);
  return { ...schema, ...inner };
}

/** What the schema says of itself stays outside, where its reader looks for it. */
function asAlternative(schema: InnerSchemaObject): InnerSchemaObject {
  const { title, description, deprecated, default: value, examples, readOnly, writeOnly, ...rest } = schema;
  const words = { title, description, deprecated, default: value, examples, readOnly, writeOnly };
  const said = Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined));
  return { ...said, anyOf: [rest, { type: ["null"] }] };
}

function addNull<Value>(values: readonly Value[], nullValue: Value): readonly Value[] {
  return values.includes(nullValue) ? values : [...values, nullValue];
}
