import type { InnerSchema, TypeReference } from "../../model/contract.js";

/** The kinds of JSON values that TypeScript tells apart: it has no whole numbers. */
export type JsonKind = "array" | "boolean" | "null" | "number" | "object" | "string";

/**
 * What a type says about JSON values, ahead of any syntax. Where JSON Schema says more than TypeScript can, a node
 * is wider than its schema, never narrower.
 */
export type TypeNode = UnknownNode | UnionNode | Alternative;

/** All that can stand in a union. */
export type Alternative = ScalarNode | LiteralNode | OpenNode | ArrayNode | ObjectNode | OpaqueNode;

export interface UnknownNode {
  readonly kind: "unknown";
}

/** One of the alternatives; without any, no value at all. */
export interface UnionNode {
  readonly kind: "union";
  readonly of: readonly Alternative[];
}

export type ScalarKind = Exclude<JsonKind, "array" | "object">;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly type: ScalarKind;
}

export interface LiteralNode {
  readonly kind: "literal";
  readonly value: boolean | number | string;
}

/** Beside known values: any other of the same kind, with the known ones still offered by editors. */
export interface OpenNode {
  readonly kind: "open";
  readonly type: "number" | "string";
}

/** At least `min` and at most `max` items: first those of `prefix`, by position, then `rest`. */
export interface ArrayNode {
  readonly kind: "array";
  readonly prefix: readonly TypeNode[];
  readonly rest: TypeNode;
  readonly min: number;
  /** May be infinite. */
  readonly max: number;
}

export interface ObjectNode {
  readonly kind: "object";
  /** In the order of the schema, each name once. */
  readonly members: readonly MemberNode[];
  /** What every other member must fit, when the schema says so. */
  readonly rest?: TypeNode;
  /** Without `rest`: true when there are no other members, because the schema lists those that there are. */
  readonly closed: boolean;
}

export interface MemberNode {
  readonly name: string;
  readonly required: boolean;
  readonly type: TypeNode;
  /** Where its doc comment comes from. */
  readonly schema?: InnerSchema;
}

/** A type whose inside is not looked at: a named one, or the values that all its parts have in common. */
export type OpaqueNode = ReferenceNode | IntersectionNode;

export interface ReferenceNode {
  readonly kind: "reference";
  readonly key: TypeReference;
  readonly kinds: ReadonlySet<JsonKind>;
  /** What it stands for. */
  readonly target: () => TypeNode;
}

export interface IntersectionNode {
  readonly kind: "intersection";
  /** At least two. */
  readonly of: readonly (Alternative | UnionNode)[];
  readonly kinds: ReadonlySet<JsonKind>;
}

export const unknownNode: UnknownNode = { kind: "unknown" };
export const neverNode: UnionNode = { kind: "union", of: [] };

export function isNever(node: TypeNode): boolean {
  return node.kind === "union" && node.of.length === 0;
}

/** The same text for the same type. Doc comments do not count. */
export function identityOf(node: TypeNode): string {
  return JSON.stringify(node, (name, value: unknown) => {
    if (name === "schema") return undefined;
    return value === Number.POSITIVE_INFINITY ? "any" : value;
  });
}
