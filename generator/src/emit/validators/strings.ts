import { _, type Code } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject } from "../../model/contract.js";
import { formatCheck } from "./formats.js";
import type { FunctionScope } from "./function-scope.js";
import type { Place } from "./place.js";

/**
 * Keywords of text. Lengths come first: they bound the work of all others. With `isOther`, the expression that the
 * value is no text, the first check asks that too: the runtime knows from the value which of both was broken.
 */
export function emitString(
  scope: FunctionScope,
  schema: InnerSchemaObject,
  place: Place,
  isOther?: Code,
): void {
  textChecks(scope, schema, place.data).forEach(({ isBroken, keyword, parameter }, index) => {
    const condition = index === 0 && isOther !== undefined ? _`${isOther} || ${isBroken}` : isBroken;
    scope.refuseIf(condition, place, keyword, parameter);
  });
}

interface TextCheck {
  readonly isBroken: Code;
  readonly keyword: string;
  readonly parameter: number | string;
}

function textChecks(scope: FunctionScope, schema: InnerSchemaObject, data: Code): readonly TextCheck[] {
  const { maxLength, minLength, pattern, format } = schema;
  const checks: TextCheck[] = [];
  const check = (keyword: string, parameter: number | string, isBroken: Code): void => {
    checks.push({ keyword, parameter, isBroken });
  };
  if (maxLength !== undefined) {
    check("maxLength", maxLength, _`${scope.runtime("isLonger")}(${data}, ${maxLength})`);
  }
  if (minLength !== undefined) check("minLength", minLength, isShorter(scope, data, minLength));
  if (pattern !== undefined) check("pattern", pattern, _`!${scope.module.regExp(pattern)}.test(${data})`);
  const isOfFormat = format === undefined ? undefined : formatCheck(format);
  if (format !== undefined && isOfFormat !== undefined) {
    check("format", format, _`!${scope.runtime(isOfFormat)}(${data})`);
  }
  return checks;
}

export function hasStringKeywords({ maxLength, minLength, pattern, format }: InnerSchemaObject): boolean {
  const hasFormat = format !== undefined && formatCheck(format) !== undefined;
  return hasFormat || maxLength !== undefined || minLength !== undefined || pattern !== undefined;
}

function isShorter(scope: FunctionScope, data: Code, limit: number): Code {
  return limit <= 1 ? _`${data}.length < ${limit}` : _`${scope.runtime("isShorter")}(${data}, ${limit})`;
}
