import { intersectArrays } from "./array-node.js";
import { intersectObjects } from "./intersect-objects.js";
import {
  alternativesOf,
  jsonKinds,
  kindOfScalar,
  kindsOf,
  openObject,
  overlap,
  wholeKind,
  wholeKindOf,
  wholeKindsOf,
} from "./kinds.js";
import {
  type Alternative,
  identityOf,
  isNever,
  type JsonKind,
  type LiteralNode,
  neverNode,
  type OpaqueNode,
  type OpenNode,
  type ScalarNode,
  type TypeNode,
  type UnionNode,
  unknownNode,
} from "./type-node.js";
import { distinct, unionOf } from "./union.js";

type Part = Alternative | UnionNode;
type Scalar = ScalarNode | LiteralNode | OpenNode;

/** Values that fit both nodes. Kinds are held against each other one by one, so `string & { … }` never comes up. */
export function intersect(one: TypeNode, other: TypeNode): TypeNode {
  if (one.kind === "unknown") return other;
  if (other.kind === "unknown") return one;
  // Objects are merged in any case, which costs less than to compare them.
  if (one.kind !== "object" && identityOf(one) === identityOf(other)) return one;
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
  if ([...kinds].every((kind) => whole.has(kind))) return node;
  const limit = unionOf(fitting);
  if (node.kind === "intersection" || !isMixed(kinds)) return intersectionOf([node, limit]);
  const target = node.target();
  return isShort(target) ? intersect(target, limit) : unknownNode;
}

/**
 * True for types whose intersection with others TypeScript would multiply out to the likes of `string & { … }`,
 * which nothing is, but which have members. They are looked into instead, unless they are long.
 */
function isMixed(kinds: ReadonlySet<JsonKind>): boolean {
  const scalars = [...kinds].filter((kind) => kind === "boolean" || kind === "number" || kind === "string");
  const containers = [...kinds].filter((kind) => kind === "array" || kind === "object");
  return containers.length > 0 && containers.length + scalars.length > 1;
}

const longest = 5_000;

function isShort(node: TypeNode): boolean {
  return identityOf(node).length < longest;
}

/** Named types come first, and what objects say in one place is merged, for the reader's sake. */
function intersectionOf(nodes: readonly TypeNode[]): TypeNode {
  if (nodes.some(isNever)) return neverNode;
  const parts = nodes.flatMap((node) =>
    node.kind === "intersection" ? node.of : node.kind === "unknown" ? [] : node,
  );
  const references = parts.filter((part) => part.kind === "reference");
  const objects = parts.filter((part) => part.kind === "object");
  const [first, ...others] = objects;
  const merged = first && others.reduce((sum, object) => intersectObjects(sum, object, intersect), first);
  const rest = parts.filter((part) => part.kind !== "reference" && part.kind !== "object");
  const saysMore = merged !== undefined && (merged.members.length > 0 || merged.rest !== undefined);
  const of = limited(distinct([...references, ...(saysMore ? [merged] : []), ...rest]));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "intersection", of, kinds: commonKinds(of) };
}

/** The compiler multiplies unions that stand in an intersection, and gives up at a hundred thousand types. */
const mostProducts = 1_000;

/** Without unions that would make too many products; in their place, objects with any members. */
function limited(parts: readonly Part[]): readonly Part[] {
  let products = 1;
  return parts.map((part) => {
    const alternatives = alternativesOf(part);
    if (products * alternatives.length > mostProducts) {
      const kinds = new Set(alternatives.flatMap((node) => [...kindsOf(node)]));
      const wider = [...kinds].map((kind) => (kind === "object" ? openObject : wholeKind(kind)));
      return wider.length === 1 && wider[0] !== undefined ? wider[0] : { kind: "union", of: wider };
    }
    products *= alternatives.length;
    return part;
  });
}

function commonKinds(parts: readonly Part[]): ReadonlySet<JsonKind> {
  const kindsOfParts = parts.map(
    (part) => new Set(alternativesOf(part).flatMap((node) => [...kindsOf(node)])),
  );
  return new Set(jsonKinds.filter((kind) => kindsOfParts.every((kinds) => kinds.has(kind))));
}
