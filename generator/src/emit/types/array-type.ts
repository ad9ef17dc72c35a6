import type { InnerSchemaObject } from "../../model/contract.js";
import { arrayOf } from "./array-node.js";
import { appliesInPlace } from "./mentioned-members.js";
import type { TypeNode } from "./type-node.js";
import type { ReadType } from "./type-of-schema.js";

/** The arrays that a schema accepts. `uniqueItems` and what `contains` asks of an item are left to the validator. */
export function arrayType(schema: InnerSchemaObject, read: ReadType): TypeNode {
  const { prefixItems = [], contains, minContains = 1, minItems = 0, maxItems } = schema;
  return arrayOf({
    prefix: prefixItems.map(read),
    rest: read(schema.items ?? unevaluatedItems(schema) ?? true),
    min: Math.max(minItems, contains === undefined ? 0 : minContains),
    max: maxItems ?? Number.POSITIVE_INFINITY,
  });
}

/** `unevaluatedItems` is `items` under another name where no other keyword can evaluate an item. */
function unevaluatedItems(schema: InnerSchemaObject) {
  return schema.contains === undefined && !appliesInPlace(schema) ? schema.unevaluatedItems : undefined;
}
