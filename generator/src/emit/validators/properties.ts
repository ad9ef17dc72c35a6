import { _, type Code, type Name } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject, TypeReference } from "../../model/contract.js";
import { declaredNames, isClosedByCount } from "./closed-object.js";
import type { FunctionScope } from "./function-scope.js";
import { isFree, refusesAbsence } from "./kinds.js";
import { memberValue } from "./member-access.js";
import { stepTo } from "./paths.js";
import { inside, type ObjectPlace } from "./place.js";

/** `properties` and `required`. Returns the expression that counts the declared members that are there. */
export function emitProperties(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): Code {
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  const wanted = new Set(required);
  for (const name of wanted) {
    if (!Object.hasOwn(properties, name)) emitRequired(scope, { name, schema: true }, place);
  }
  const optional = names.filter((name) => !wanted.has(name));
  const certain = declaredNames(schema).length - optional.length;
  const isCounted = isClosedByCount(schema, place) && optional.length > 0;
  const count = isCounted ? scope.gen.let("n", certain) : undefined;
  for (const name of names) {
    const member: Member = { name, schema: properties[name] ?? true };
    if (wanted.has(name)) emitRequired(scope, member, place);
    else emitOptional(scope, member, place, count);
  }
  return count ?? _`${certain}`;
}

interface Member {
  readonly name: string;
  readonly schema: InnerSchema;
}

function emitRequired(scope: FunctionScope, { name, schema }: Member, place: ObjectPlace): void {
  const value = memberValue(scope, place.members, name);
  const path = stepTo(place.path, name);
  const isSafe = refusesAbsence(schema, scope.module.types);
  const reference = isSafe ? plainReference(schema) : undefined;
  if (reference !== undefined) {
    scope.passOn(scope.callType(reference, inside(place, value, path)), path);
    return;
  }
  const data = scope.gen.const("d", value);
  const member = inside(place, data, path);
  if (!isSafe) scope.refuseIf(_`${data} === undefined`, member, "required", undefined);
  scope.emit(schema, member);
}

/** Raises `count` when the member is there. */
function emitOptional(
  scope: FunctionScope,
  { name, schema }: Member,
  place: ObjectPlace,
  count?: Name,
): void {
  const { gen } = scope;
  if (isFree(schema) && count === undefined && !place.vouches) return;
  const data = gen.const("d", memberValue(scope, place.members, name));
  gen.if(_`${data} !== undefined`, () => {
    if (count !== undefined) gen.code(_`${count}++`);
    scope.emit(schema, inside(place, data, stepTo(place.path, name)));
  });
}

/** The type that a schema refers to, if it asks for nothing else. */
function plainReference(schema: InnerSchema): TypeReference | undefined {
  if (typeof schema === "boolean") return undefined;
  const { $ref, ...others } = schema;
  return isFree(others) ? $ref : undefined;
}
