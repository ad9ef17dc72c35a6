import { intersectArrays } from "./array-node.js";
import { intersectObjects } from "./intersect-objects.js";
import {
  alternativesOf,
  jsonKinds,
  kindOfScalar,
  kindsOf,
  overlap,
  wholeKindOf,
  wholeKindsOf,
} from "./kinds.js";
import {
  type Alternative,
  identityOf,
  isNever,
  type JsonKind,
  type LiteralNode,
  type OpaqueNode,
  type OpenNode,
  type ScalarNode,
  type TypeNode,
  type UnionNode,
} from "./type-node.js";
import { unionOf } from "./union.js";

type Scalar = ScalarNode | LiteralNode | OpenNode;

/** Values that fit both nodes. Kinds are held against each other one by one, so `string & { … }` never comes up. */
export function intersect(one: TypeNode, other: TypeNode): TypeNode {
  if (one.kind === "unknown") return other;
  if (other.kind === "unknown") return one;
  if (identityOf(one) === identityOf(other)) return one;
  const left = split(alternativesOf(one));
  const right = split(alternativesOf(other));
  return unionOf([
    ...left.scalars.flatMap((a) => right.scalars.flatMap((b) => intersectScalars(a, b))),
    ...intersectGroups(left.arrays, right.arrays, (a, b) => intersectArrays(a, b, intersect)),
    ...intersectGroups(left.objects, right.objects, (a, b) => intersectObjects(a, b, intersect)),
    ...left.opaque.map((node) => intersectOpaque(node, alternativesOf(other))),
    ...right.opaque.map((node) => intersectOpaque(node, [...left.scalars, ...left.arrays, ...left.objects])),
  ]);
}

function split(alternatives: readonly Alternative[]) {
  return {
    scalars: alternatives.filter(
      (node) => node.kind === "scalar" || node.kind === "literal" || node.kind === "open",
    ),
    arrays: alternatives.filter((node) => node.kind === "array"),
    objects: alternatives.filter((node) => node.kind === "object"),
    opaque: alternatives.filter((node) => node.kind === "reference" || node.kind === "intersection"),
  };
}

function intersectScalars(one: Scalar, other: Scalar): readonly Scalar[] {
  if (one.kind === "literal" && other.kind === "literal") return one.value === other.value ? [one] : [];
  if (scalarKindOf(one) !== scalarKindOf(other)) return [];
  // The one that says more: a literal, then known values with others, then the whole kind.
  if (one.kind === "literal") return [one];
  return [other.kind === "scalar" ? one : other];
}

function scalarKindOf(node: Scalar): JsonKind {
  return node.kind === "literal" ? kindOfScalar(node.value) : node.type;
}

/** Two unions of one kind: merged when each has one member, kept as an intersection otherwise. */
function intersectGroups<Node extends Alternative>(
  left: readonly Node[],
  right: readonly Node[],
  merge: (one: Node, other: Node) => TypeNode,
): readonly TypeNode[] {
  const [one] = left;
  const [other] = right;
  if (one === undefined || other === undefined) return [];
  if (left.some((node) => wholeKindOf(node) !== undefined) && left.length === 1) return right;
  if (right.some((node) => wholeKindOf(node) !== undefined) && right.length === 1) return left;
  if (left.length === 1 && right.length === 1) return [merge(one, other)];
  return [intersectionOf([unionOf(left), unionOf(right)])];
}

function intersectOpaque(node: OpaqueNode, others: readonly Alternative[]): TypeNode {
  const kinds = kindsOf(node);
  const fitting = others.filter((other) => overlap(kinds, kindsOf(other)));
  const whole = wholeKindsOf(fitting);
  return [...kinds].every((kind) => whole.has(kind)) ? node : intersectionOf([node, unionOf(fitting)]);
}

/** Named types come first, and what objects say in one place is merged, for the reader's sake. */
function intersectionOf(nodes: readonly TypeNode[]): TypeNode {
  if (nodes.some(isNever)) return { kind: "union", of: [] };
  const parts = nodes.flatMap((node) =>
    node.kind === "intersection" ? node.of : node.kind === "unknown" ? [] : node,
  );
  const objects = parts.filter((part) => part.kind === "object");
  const merged = objects.reduce<TypeNode | undefined>(
    (sum, object) => (sum?.kind === "object" ? intersectObjects(sum, object, intersect) : object),
    undefined,
  );
  const references = parts.filter((part) => part.kind === "reference");
  const rest = parts.filter((part) => part.kind !== "reference" && part.kind !== "object");
  const of = [...references, ...(merged === undefined || merged.kind === "unknown" ? [] : [merged]), ...rest];
  const distinct = [...new Map(of.map((part) => [identityOf(part), part])).values()];
  const [only] = distinct;
  if (distinct.length === 1 && only !== undefined) return only;
  return { kind: "intersection", of: distinct, kinds: commonKinds(distinct) };
}

function commonKinds(parts: readonly (Alternative | UnionNode)[]): ReadonlySet<JsonKind> {
  const kindsOfParts = parts.map(
    (part) => new Set(alternativesOf(part).flatMap((node) => [...kindsOf(node)])),
  );
  return new Set(jsonKinds.filter((kind) => kindsOfParts.every((kinds) => kinds.has(kind))));
}
