import type { InnerSchemaObject } from "../../model/contract.js";
import { intersect } from "./intersect.js";
import { type TypeNode, unknownNode } from "./type-node.js";
import type { ReadType } from "./type-of-schema.js";
import { unionOf } from "./union.js";

/**
 * The values that pass `if`, `then` and `else`: those that fit the first two, or the last. Without one of the
 * branches any value may pass, as a type cannot say that something does not fit.
 */
export function conditionalType(schema: InnerSchemaObject, read: ReadType): TypeNode {
  const { if: condition, then: whenTrue, else: whenFalse } = schema;
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) return unknownNode;
  return unionOf([intersect(read(condition), read(whenTrue)), read(whenFalse)]);
}
