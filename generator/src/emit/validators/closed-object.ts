import { _, type Code, nil } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject } from "../../model/contract.js";
import type { FunctionScope } from "./function-scope.js";
import { closedCondition, isReader, type ObjectPlace, type Place } from "./place.js";

/** When the keywords of the schema itself refuse undeclared members. */
export function closingOf(schema: InnerSchemaObject, place: Place): "always" | "writing" | undefined {
  const { properties, additionalProperties, unevaluatedProperties } = schema;
  if (additionalProperties === false) return "always";
  const isOpen = additionalProperties !== undefined || unevaluatedProperties !== undefined;
  return properties === undefined || isOpen || !place.root || isReader(place) ? undefined : "writing";
}

/** Whether only names decide which members are declared: then counting those that are there finds others. */
export function isClosedByCount(schema: InnerSchemaObject, place: ObjectPlace): boolean {
  return closingOf(schema, place) !== undefined && patternsOf(schema).length === 0;
}

function patternsOf({ patternProperties = {} }: InnerSchemaObject): readonly string[] {
  return Object.keys(patternProperties);
}

/**
 * The names that the schema declares. What it requires counts too, or no value could be written; but not where
 * `additionalProperties` says with all precision what is allowed.
 */
export function declaredNames({
  properties = {},
  required = [],
  additionalProperties,
}: InnerSchemaObject): readonly string[] {
  const names = Object.keys(properties);
  return additionalProperties === undefined ? [...new Set([...names, ...required])] : names;
}

/** Refuses undeclared members. `declared` is how many declared ones are there, if they are counted. */
export function emitClosedObject(
  scope: FunctionScope,
  schema: InnerSchemaObject,
  place: ObjectPlace,
  declared: Code,
): void {
  const closing = closingOf(schema, place);
  if (closing === undefined) return;
  const patterns = patternsOf(schema);
  const count = isClosedByCount(schema, place) ? declared : _`-1`;
  const list = patterns.length === 0 ? nil : _`, ${scope.module.patterns(patterns)}`;
  const names = scope.module.names(declaredNames(schema));
  const check = _`${scope.runtime("undeclared")}(${place.path}, ${place.members}, ${names}, ${count}${list})`;
  scope.passOn(check, _`""`, closing === "always" ? undefined : closedCondition(place));
}
