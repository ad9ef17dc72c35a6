import { itemAt } from "./array-node.js";
import { type ArrayNode, isNever, type TypeNode } from "./type-node.js";
import { unionOf } from "./union.js";

/** Items by position, then any number that fit `rest`. */
export interface Tuple {
  readonly items: readonly TypeNode[];
  readonly rest?: TypeNode;
}

/** Tuples, one for each length; or an array whose items all fit one type. */
export type ArrayForm = { readonly tuples: readonly Tuple[] } | { readonly items: TypeNode };

/** Tuples that differ in length only are counted up to this number, and so are positions that look the same. */
const most = 4;

/**
 * The tuples that say how many items there are, one for each length where it is bounded; or what every item fits,
 * where that would take too many of them or write out an object more than once.
 */
export function arrayForm(node: ArrayNode): ArrayForm {
  const tuples = node.max <= longest(node) ? closedTuples(node) : openTuples(node);
  if (tuples.length > most + 1 || repeatsObject(tuples))
    return { items: unionOf([...node.prefix, node.rest]) };
  const [only] = tuples;
  const isPlain = tuples.length === 1 && only?.items.length === 0 && only.rest !== undefined;
  return isPlain ? { items: only.rest } : { tuples };
}

function longest({ prefix }: ArrayNode): number {
  return Math.max(prefix.length, most);
}

function closedTuples(node: ArrayNode): readonly Tuple[] {
  return lengths(node.min, node.max).map((length) => ({ items: itemsOf(node, length) }));
}

function openTuples(node: ArrayNode): readonly Tuple[] {
  const { prefix, rest, min } = node;
  const shorter = lengths(min, prefix.length - 1).map((length) => ({ items: itemsOf(node, length) }));
  const length = min <= longest(node) ? Math.max(min, prefix.length) : prefix.length;
  return [...shorter, { items: itemsOf(node, length), ...(!isNever(rest) && { rest }) }];
}

function lengths(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function itemsOf(node: ArrayNode, length: number): readonly TypeNode[] {
  return Array.from({ length }, (_, position) => itemAt(node, position));
}

function repeatsObject(tuples: readonly Tuple[]): boolean {
  const written = tuples.flatMap(({ items, rest }) => (rest === undefined ? items : [...items, rest]));
  const objects = written.filter(writesObject);
  return new Set(objects).size < objects.length;
}

/** True for a type whose text lists members. */
function writesObject(node: TypeNode): boolean {
  switch (node.kind) {
    case "object":
      return node.members.length > 0;
    case "array":
      return [...node.prefix, node.rest].some(writesObject);
    case "union":
    case "intersection":
      return node.of.some(writesObject);
    default:
      return false;
  }
}
