import { alternativesOf, jsonKinds, kindOfScalar, wholeKindOf, wholeKindsOf } from "./kinds.js";
import { type Alternative, identityOf, type JsonKind, type TypeNode, unknownNode } from "./type-node.js";

/** Values that fit at least one of the nodes. Order is kept; what another alternative holds anyway is left out. */
export function unionOf(nodes: readonly TypeNode[]): TypeNode {
  const alternatives = mergeBooleans(distinct(nodes.flatMap(alternativesOf)));
  const whole = wholeKindsOf(alternatives);
  const needed = alternatives.filter((alternative) => !isHeld(alternative, whole));
  if (needed.length === jsonKinds.length && jsonKinds.every((kind) => whole.has(kind))) return unknownNode;
  const [only] = needed;
  return needed.length === 1 && only !== undefined ? only : { kind: "union", of: needed };
}

/** The first of all that are the same. */
export function distinct<Node extends TypeNode>(nodes: readonly Node[]): readonly Node[] {
  return nodes.length < 2 ? nodes : [...new Map(nodes.map((node) => [identityOf(node), node])).values()];
}

function mergeBooleans(alternatives: readonly Alternative[]): readonly Alternative[] {
  const literals = alternatives.filter((node) => node.kind === "literal" && typeof node.value === "boolean");
  if (literals.length < 2) return alternatives;
  return alternatives.flatMap((node) => {
    if (node === literals[0]) return { kind: "scalar", type: "boolean" } as const;
    return literals.includes(node) ? [] : node;
  });
}

/** True for what one of the whole kinds beside it holds anyway; objects stay, for the names of their members. */
function isHeld(node: Alternative, whole: ReadonlySet<JsonKind>): boolean {
  switch (node.kind) {
    case "literal":
      return whole.has(kindOfScalar(node.value));
    case "open":
      return whole.has(node.type);
    case "array":
      return whole.has("array") && wholeKindOf(node) === undefined;
    default:
      return false;
  }
}
