import { type ArrayNode, isNever, neverNode, type TypeNode } from "./type-node.js";

type Intersect = (one: TypeNode, other: TypeNode) => TypeNode;

/** An array whose bounds also say which positions cannot be filled; no value at all when it asks for one of those. */
export function arrayOf({ prefix, rest, min, max }: Omit<ArrayNode, "kind">): TypeNode {
  const unfillable = [...prefix, rest].findIndex(isNever);
  const most = unfillable === -1 ? max : Math.min(max, unfillable);
  if (min > most) return neverNode;
  return { kind: "array", prefix: prefix.slice(0, most), rest, min, max: most };
}

/** What the item at a position must fit. */
export function itemAt({ prefix, rest }: ArrayNode, position: number): TypeNode {
  return prefix[position] ?? rest;
}

/** Arrays that both describe, position by position. */
export function intersectArrays(one: ArrayNode, other: ArrayNode, intersect: Intersect): TypeNode {
  const positions = Math.max(one.prefix.length, other.prefix.length);
  return arrayOf({
    prefix: Array.from({ length: positions }, (_, position) =>
      intersect(itemAt(one, position), itemAt(other, position)),
    ),
    rest: intersect(one.rest, other.rest),
    min: Math.max(one.min, other.min),
    max: Math.min(one.max, other.max),
  });
}
