import { _ } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject } from "../../model/contract.js";
import type { FunctionScope } from "./function-scope.js";
import type { Place } from "./place.js";

/** Keywords of numbers. */
export function emitNumber(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const { data } = place;
  if (minimum !== undefined) scope.refuseIf(_`${data} < ${minimum}`, place, "minimum", minimum);
  if (maximum !== undefined) scope.refuseIf(_`${data} > ${maximum}`, place, "maximum", maximum);
  if (exclusiveMinimum !== undefined) {
    scope.refuseIf(_`${data} <= ${exclusiveMinimum}`, place, "exclusiveMinimum", exclusiveMinimum);
  }
  if (exclusiveMaximum !== undefined) {
    scope.refuseIf(_`${data} >= ${exclusiveMaximum}`, place, "exclusiveMaximum", exclusiveMaximum);
  }
  if (multipleOf !== undefined) {
    scope.refuseIf(
      _`!${scope.runtime("isMultipleOf")}(${data}, ${multipleOf})`,
      place,
      "multipleOf",
      multipleOf,
    );
  }
}

export function hasNumberKeywords(schema: InnerSchemaObject): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  return [minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf].some(
    (limit) => limit !== undefined,
  );
}
