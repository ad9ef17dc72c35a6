import type { InnerSchemaObject, JsonType, JsonValue } from "../../model/contract.js";
import { isArray, isObject } from "../../model/normalise/reader.js";
import { alternativesOf, jsonKinds, kindOfScalar, wholeKind } from "./kinds.js";
import { type Alternative, type JsonKind, neverNode, type OpenNode, type TypeNode } from "./type-node.js";
import { unionOf } from "./union.js";

/** Above this number, values are told apart by the validator alone: the compiler and editors slow down. */
export const mostValues: number = 1_000;

/** The values that `const` or `enum` lists and `type` allows; undefined when neither keyword is there. */
export function valuesType(schema: InnerSchemaObject): TypeNode | undefined {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values === undefined) return undefined;
  const { type } = schema;
  const allowed =
    type === undefined ? values : values.filter((value) => type.some((name) => isOfType(value, name)));
  if (allowed.length <= mostValues) return unionOf(allowed.map(valueType));
  const kinds = new Set(allowed.map(kindOfValue));
  return unionOf(jsonKinds.filter((kind) => kinds.has(kind)).map(wholeKind));
}

/** Adds what `x-extensible-enum` says: these strings and numbers are known, others pass. */
export function knownValues(node: TypeNode, { "x-extensible-enum": known }: InnerSchemaObject): TypeNode {
  if (known === undefined || known.length > mostValues || node.kind === "unknown") return node;
  return unionOf(
    alternativesOf(node).map((alternative): TypeNode => {
      if (alternative.kind !== "scalar" || (alternative.type !== "string" && alternative.type !== "number")) {
        return alternative;
      }
      const { type } = alternative;
      const values = known.filter((value) => typeof value === type).map(valueType);
      const open: OpenNode = { kind: "open", type };
      return values.length === 0 ? alternative : unionOf([...values, open]);
    }),
  );
}

/** The type of exactly one value. */
function valueType(value: JsonValue): Alternative {
  if (value === null) return { kind: "scalar", type: "null" };
  if (isArray(value)) {
    const { length } = value;
    return { kind: "array", prefix: value.map(valueType), rest: neverNode, min: length, max: length };
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => ({
      name,
      required: true,
      type: valueType(member),
    }));
    return { kind: "object", members, rest: neverNode, closed: true };
  }
  return { kind: "literal", value };
}

function kindOfValue(value: JsonValue): JsonKind {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  return isObject(value) ? "object" : kindOfScalar(value);
}

function isOfType(value: JsonValue, type: JsonType): boolean {
  return type === "integer" ? Number.isInteger(value) : kindOfValue(value) === type;
}
