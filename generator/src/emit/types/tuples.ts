import { itemAt } from "./array-node.js";
import { type ArrayNode, isNever, type TypeNode, unknownNode } from "./type-node.js";
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

/** How many words tuples may repeat. */
const mostWords = 24;

/**
 * The tuples that say how many items there are, one for each length where it is bounded; or what every item fits,
 * where that would take too many of them or repeat too much.
 */
export function arrayForm(node: ArrayNode): ArrayForm {
  const tuples = node.max <= longest(node) ? closedTuples(node) : openTuples(node);
  if (tuples.length > most + 1 || repeatsTooMuch(tuples))
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

/** True when what stands in more than one place would make the text long. */
function repeatsTooMuch(tuples: readonly Tuple[]): boolean {
  const written = tuples.flatMap(({ items, rest }) => (rest === undefined ? items : [...items, rest]));
  const counts = new Map<TypeNode, number>();
  for (const node of written) counts.set(node, (counts.get(node) ?? 0) + 1);
  return totalLength(written.filter((node) => (counts.get(node) ?? 0) > 1)) > mostWords;
}

/** How many words the text of a type takes, roughly; what cannot be short always takes too many to repeat. */
function lengthOf(node: TypeNode): number {
  switch (node.kind) {
    case "object":
      return node.members.length > 0 ? mostWords : lengthOf(node.rest ?? unknownNode);
    case "array": {
      const { prefix, rest, min, max } = node;
      if (prefix.length === 0 && min === 0 && !Number.isFinite(max)) return lengthOf(rest);
      return min === max ? totalLength(itemsOf(node, Math.min(min, mostWords))) : mostWords;
    }
    case "union":
    case "intersection":
      return totalLength(node.of);
    default:
      return 1;
  }
}

function totalLength(nodes: readonly TypeNode[]): number {
  const lengths = new Map([...new Set(nodes)].map((node) => [node, lengthOf(node)]));
  return nodes.reduce((total, node) => total + (lengths.get(node) ?? 0), 0);
}
