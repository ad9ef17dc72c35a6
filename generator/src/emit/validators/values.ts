import { _, type Code, stringify } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject, JsonValue } from "../../model/contract.js";
import { andCode } from "./code-list.js";
import type { FunctionScope, Parameter } from "./function-scope.js";
import { kindOfType, kindOfValue } from "./kinds.js";
import type { Place } from "./place.js";

/** Most values that are compared one after the other; more are looked up in a set. */
const mostComparisons = 8;

/** `const` and `enum`. */
export function emitValues(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { const: constant, enum: values } = schema;
  if (constant !== undefined) {
    scope.refuseIf(differs(scope, place, [constant]), place, "const", scalars([constant])?.[0]);
  }
  if (values !== undefined) {
    scope.refuseIf(differs(scope, place, possible(values, schema)), place, "enum", listOf(scope, values));
  }
}

/** The values of an enumeration that its `type` does not rule out. */
function possible(values: readonly JsonValue[], { type }: InnerSchemaObject): readonly JsonValue[] {
  return type === undefined ? values : values.filter((value) => fitsTypes(value, type));
}

/** Whether all values of an enumeration have a type that is asked for, so that the values alone decide. */
export function impliesType({ type, const: constant, enum: values }: InnerSchemaObject): boolean {
  if (type === undefined) return true;
  return (constant !== undefined && fitsTypes(constant, type)) || values !== undefined;
}

function fitsTypes(value: JsonValue, types: NonNullable<InnerSchemaObject["type"]>): boolean {
  const kind = kindOfValue(value);
  return types.some((type) => kindOfType(type) === kind && (type !== "integer" || Number.isInteger(value)));
}

/** Whether the value differs from all of these, as an expression. */
function differs(scope: FunctionScope, place: Place, values: readonly JsonValue[]): Code {
  if (values.length === 0) return _`true`;
  const simple = values.filter(isScalar);
  const structures = values.filter((value) => !isScalar(value));
  const conditions = structures.map((value) => differsFromStructure(scope, place, value));
  if (simple.length > mostComparisons) {
    return andCode([_`!${setOf(scope, simple)}.has(${place.data})`, ...conditions]);
  }
  return andCode([...simple.map((value) => _`${place.data} !== ${value}`), ...conditions]);
}

function differsFromStructure(scope: FunctionScope, place: Place, value: JsonValue): Code {
  // Parsed from text, because an object literal takes a member `__proto__` for the prototype.
  const constant = scope.module.constant("value", _`/* @__PURE__ */ JSON.parse(${JSON.stringify(value)})`);
  return _`!${scope.runtime("isEqual")}(${place.data}, ${constant})`;
}

function isScalar(value: JsonValue): value is boolean | null | number | string {
  return typeof value !== "object" || value === null;
}

function setOf(scope: FunctionScope, values: readonly JsonValue[]): Code {
  return scope.module.constant("values", _`/* @__PURE__ */ new Set(${stringify(values)})`);
}

/** The values, if a message can list them. */
function scalars(values: readonly JsonValue[]): readonly (boolean | null | number | string)[] | undefined {
  const simple = values.filter(isScalar);
  return simple.length === values.length ? simple : undefined;
}

/** The values of an enumeration for a message, without writing many of them twice. */
function listOf(scope: FunctionScope, values: readonly JsonValue[]): Parameter {
  const simple = scalars(values);
  return simple === undefined || simple.length <= mostComparisons ? simple : setOf(scope, simple);
}
