import { _ } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import type { FunctionScope } from "./function-scope.js";
import { memberValue } from "./member-access.js";
import type { Place } from "./place.js";

/** `not`: judged as a reader does, or a writer could send what no reader takes. */
export function emitNot(scope: FunctionScope, schema: InnerSchema, place: Place): void {
  const branch = scope.branch(schema, false);
  scope.refuseIf(_`${branch}(${place.data}, false) === undefined`, place, "not", undefined);
}

/** `if`, `then` and `else`. The condition is judged as a reader does. */
export function emitCondition(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { if: condition, then = true, else: otherwise = true } = schema;
  const { data, part } = place;
  const asksNothing = then === true && otherwise === true && part === undefined;
  if (condition === undefined || asksNothing) return;
  const { gen } = scope;
  if (part === undefined) {
    const branch = scope.branch(condition, false);
    gen.if(
      _`${branch}(${data}, false) === undefined`,
      () => scope.emit(then, place),
      () => scope.emit(otherwise, place),
    );
    return;
  }
  const branch = scope.branch(condition, true);
  const seen = gen.const("seen", _`${part} ? new ${scope.runtime("Seen")}() : false`);
  gen.if(
    _`${branch}(${data}, false, ${seen}) === undefined`,
    () => {
      gen.code(_`if (${part}) ${part}.addAll(${seen})`);
      scope.emit(then, place);
    },
    () => scope.emit(otherwise, place),
  );
}

/** `dependentSchemas` */
export function emitDependentSchemas(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { gen } = scope;
  const entries = Object.entries(schema.dependentSchemas ?? {});
  if (entries.length === 0) return;
  const members = place.members ?? gen.const("o", _`${scope.runtime("members")}(${place.data})`);
  for (const [name, dependent] of entries) {
    const isThere = _`${memberValue(scope, members, name)} !== undefined`;
    const condition = place.members === undefined ? _`${members} !== undefined && ${isThere}` : isThere;
    gen.if(condition, () => scope.emit(dependent, { ...place, kinds: new Set(["object"]), members }));
  }
}
