import type { JsonType } from "../../model/contract.js";
import type { Alternative, JsonKind, ObjectNode, ScalarKind, TypeNode } from "./type-node.js";

export const scalarKinds: readonly ScalarKind[] = ["boolean", "null", "number", "string"];
export const jsonKinds: readonly JsonKind[] = [...scalarKinds, "array", "object"];
export const allKinds: ReadonlySet<JsonKind> = new Set(jsonKinds);

/** Any object. */
export const anyObject: ObjectNode = { kind: "object", members: [], closed: false };

/** An object that stays open, whatever else is said of it. */
export const openObject: ObjectNode = { ...anyObject, rest: { kind: "unknown" } };

/** All values of one kind. */
export function wholeKind(kind: JsonKind): Alternative {
  switch (kind) {
    case "array":
      return { kind, prefix: [], rest: { kind: "unknown" }, min: 0, max: Number.POSITIVE_INFINITY };
    case "object":
      return anyObject;
    default:
      return { kind: "scalar", type: kind };
  }
}

/**
 * The kind of which a node holds all values and says nothing more; undefined otherwise. An object with `rest` says
 * more: it opens what other keywords close.
 */
export function wholeKindOf(node: Alternative): JsonKind | undefined {
  switch (node.kind) {
    case "scalar":
      return node.type;
    case "array": {
      const { prefix, rest, min, max } = node;
      const isWhole = prefix.length === 0 && rest.kind === "unknown" && min === 0 && !Number.isFinite(max);
      return isWhole ? "array" : undefined;
    }
    case "object":
      return node.members.length === 0 && node.rest === undefined && !node.closed ? "object" : undefined;
    default:
      return undefined;
  }
}

/** The kinds that the values of a node may have. */
export function kindsOf(node: Alternative): ReadonlySet<JsonKind> {
  switch (node.kind) {
    case "scalar":
    case "open":
      return new Set([node.type]);
    case "literal":
      return new Set([kindOfScalar(node.value)]);
    case "array":
    case "object":
      return new Set([node.kind]);
    case "reference":
    case "intersection":
      return node.kinds;
  }
}

/** The kinds that `type` allows. */
export function kindsOfTypes(types: readonly JsonType[]): ReadonlySet<JsonKind> {
  return new Set(types.map((type) => (type === "integer" ? "number" : type)));
}

export function kindOfScalar(value: boolean | number | string): ScalarKind {
  return typeof value === "string" ? "string" : typeof value === "number" ? "number" : "boolean";
}

/** The alternatives of a node, spelled out. */
export function alternativesOf(node: TypeNode): readonly Alternative[] {
  if (node.kind === "unknown") return jsonKinds.map(wholeKind);
  return node.kind === "union" ? node.of : [node];
}

/** The kinds that a node holds all values of. */
export function wholeKindsOf(alternatives: readonly Alternative[]): ReadonlySet<JsonKind> {
  return new Set(alternatives.flatMap((alternative) => wholeKindOf(alternative) ?? []));
}

export function overlap(one: ReadonlySet<JsonKind>, other: ReadonlySet<JsonKind>): boolean {
  return [...one].some((kind) => other.has(kind));
}
