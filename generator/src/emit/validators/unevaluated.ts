import { _, type Code, type Name, nil } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { declaredBy } from "./declared.js";
import type { Declared } from "./facts.js";
import type { FunctionScope } from "./function-scope.js";
import { stepToItem, stepToMember } from "./paths.js";
import { closedCondition, inside, isReader, type Place } from "./place.js";

/** `unevaluatedProperties` and `unevaluatedItems`, once `seen` holds what all schemas in place have looked at. */
export function emitUnevaluated(
  scope: FunctionScope,
  schema: InnerSchemaObject,
  place: Place,
  seen: Name,
): void {
  const { unevaluatedProperties, unevaluatedItems } = schema;
  if (unevaluatedProperties === undefined) emitClosed(scope, schema, place, seen);
  else emitMembers(scope, unevaluatedProperties, place, seen);
  if (unevaluatedItems !== undefined) emitItems(scope, unevaluatedItems, place, seen);
  const { part } = place;
  if (part === undefined) return;
  scope.gen.if(part, () => {
    scope.gen.code(_`${part}.addAll(${seen})`);
    if (unevaluatedProperties !== undefined) scope.gen.code(_`${part}.addAllMembers()`);
    if (unevaluatedItems !== undefined) scope.gen.code(_`${part}.addItemsBefore(Infinity)`);
  });
}

/** A schema that asks about items only is closed as any other. */
function emitClosed(scope: FunctionScope, schema: InnerSchemaObject, place: Place, seen: Name): void {
  const declared = declaredBy(schema, scope.module.types);
  if (!declared.lists || declared.all || !place.root || isReader(place)) return;
  scope.passOn(checkTracked(scope, declared, place, seen), _`""`, closedCondition(place));
}

/** Refuses what `seen` has not seen, but for what is required without being listed. */
export function checkTracked(
  scope: FunctionScope,
  { required }: Declared,
  { path, data }: Place,
  seen: Name,
): Code {
  const list = required.size === 0 ? nil : _`, ${scope.module.names(required)}`;
  return _`${seen}.undeclared(${path}, ${data}${list})`;
}

function emitMembers(scope: FunctionScope, schema: InnerSchema, place: Place, seen: Name): void {
  const { gen } = scope;
  if (schema === true) return;
  if (schema === false) {
    scope.passOn(_`${seen}.undeclared(${place.path}, ${place.data})`, _`""`);
    return;
  }
  const members = gen.const("o", _`${scope.runtime("members")}(${place.data})`);
  gen.forIn("key", members, (key) => {
    const data = gen.const("d", _`${members}[${key}]`);
    gen.if(_`${data} === undefined || ${seen}.hasMember(${key})`, _`continue`);
    const path = stepToMember(place.path, key, scope.runtime("pointer"));
    scope.emit(schema, inside(place, data, path));
  });
}

function emitItems(scope: FunctionScope, schema: InnerSchema, place: Place, seen: Name): void {
  const { gen } = scope;
  if (schema === true) return;
  if (schema === false) {
    scope.passOn(_`${seen}.undeclaredItem(${place.path}, ${place.data})`, _`""`);
    return;
  }
  gen.if(_`Array.isArray(${place.data})`, () => {
    const index = gen.name("i");
    gen.for(_`let ${index} = 0; ${index} < ${place.data}.length; ${index}++`, () => {
      gen.if(_`${seen}.hasItem(${index})`, _`continue`);
      const data = gen.const("d", _`${place.data}[${index}]`);
      scope.emit(schema, inside(place, data, stepToItem(place.path, index)));
    });
  });
}
