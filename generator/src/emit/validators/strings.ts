import { _, type Code } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject } from "../../model/contract.js";
import { formatCheck } from "./formats.js";
import type { FunctionScope } from "./function-scope.js";
import type { Place } from "./place.js";

/** Keywords of text. Lengths come first: they bound the work of all others. */
export function emitString(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { maxLength, minLength, pattern, format } = schema;
  const { data } = place;
  if (maxLength !== undefined) {
    scope.refuseIf(_`${scope.runtime("isLonger")}(${data}, ${maxLength})`, place, "maxLength", maxLength);
  }
  if (minLength !== undefined)
    scope.refuseIf(isShorter(scope, data, minLength), place, "minLength", minLength);
  if (pattern !== undefined) {
    scope.refuseIf(_`!${scope.module.regExp(pattern)}.test(${data})`, place, "pattern", pattern);
  }
  const check = format === undefined ? undefined : formatCheck(format);
  if (check !== undefined) scope.refuseIf(_`!${scope.runtime(check)}(${data})`, place, "format", format);
}

export function hasStringKeywords({ maxLength, minLength, pattern, format }: InnerSchemaObject): boolean {
  const hasFormat = format !== undefined && formatCheck(format) !== undefined;
  return hasFormat || maxLength !== undefined || minLength !== undefined || pattern !== undefined;
}

function isShorter(scope: FunctionScope, data: Code, limit: number): Code {
  return limit <= 1 ? _`${data}.length < ${limit}` : _`${scope.runtime("isShorter")}(${data}, ${limit})`;
}
