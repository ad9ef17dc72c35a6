import type { InnerSchemaObject } from "../../model/contract.js";
import { jsonKinds, wholeKind } from "./kinds.js";
import { neverNode, type TypeNode, unknownNode } from "./type-node.js";
import { unionOf } from "./union.js";

/** What `not` leaves, where that is whole kinds; anything, where it is not. */
export function negatedType({ not: negated }: InnerSchemaObject): TypeNode {
  if (negated === undefined || negated === false) return unknownNode;
  if (negated === true) return neverNode;
  const { type, title, description, ...others } = negated;
  if (Object.keys(others).length > 0) return unknownNode;
  if (type === undefined) return neverNode;
  // Without whole numbers there are still all the others.
  return unionOf(jsonKinds.filter((kind) => !type.includes(kind)).map(wholeKind));
}
