import { _, type Code, type Name } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { orCode } from "./code-list.js";
import type { FunctionScope } from "./function-scope.js";
import { stepToMember } from "./paths.js";
import { inside, type ObjectPlace } from "./place.js";

/** Most names that are compared one after the other; more are looked up in their list. */
const mostComparisons = 4;

/** `patternProperties`, `propertyNames` and an `additionalProperties` that is a schema: one loop over all members. */
export function emitDynamicMembers(
  scope: FunctionScope,
  schema: InnerSchemaObject,
  place: ObjectPlace,
): void {
  const { gen } = scope;
  const { patternProperties = {}, propertyNames, additionalProperties } = schema;
  gen.forIn("key", place.members, (key) => {
    const data = gen.const("d", _`${place.members}[${key}]`);
    gen.if(_`${data} === undefined`, _`continue`);
    const path = stepToMember(place.path, key, scope.runtime("pointer"));
    const member = inside(place, data, path);
    if (place.vouches) scope.vouch({ ...place, data: key });
    if (propertyNames !== undefined) emitName(scope, propertyNames, key, path);
    for (const [pattern, value] of Object.entries(patternProperties)) {
      gen.if(_`${scope.module.regExp(pattern)}.test(${key})`, () => scope.emit(value, member));
    }
    if (!isSchema(additionalProperties)) return;
    const known = isDeclared(scope, schema, key);
    if (known === undefined) scope.emit(additionalProperties, member);
    else gen.if(_`!(${known})`, () => scope.emit(additionalProperties, member));
  });
}

export function hasDynamicMembers({
  patternProperties,
  propertyNames,
  additionalProperties,
}: InnerSchemaObject): boolean {
  const hasPatterns = Object.values(patternProperties ?? {}).some((value) => value !== true);
  return hasPatterns || propertyNames !== undefined || isSchema(additionalProperties);
}

function isSchema(schema: InnerSchema | undefined): schema is InnerSchemaObject {
  return typeof schema === "object";
}

function emitName(scope: FunctionScope, schema: InnerSchema, key: Name, path: Code): void {
  const kinds = new Set(["string"] as const);
  scope.emit(schema, { data: key, path, closed: _`false`, root: true, vouches: false, kinds });
}

/** Whether a member is one that `properties` or `patternProperties` name, as an expression. */
function isDeclared(scope: FunctionScope, schema: InnerSchemaObject, key: Name): Code | undefined {
  const names = Object.keys(schema.properties ?? {});
  const patterns = Object.keys(schema.patternProperties ?? {});
  const byName =
    names.length > mostComparisons
      ? [_`${scope.module.names(names)}.includes(${key})`]
      : names.map((name) => _`${key} === ${name}`);
  const conditions = [
    ...byName,
    ...patterns.map((pattern) => _`${scope.module.regExp(pattern)}.test(${key})`),
  ];
  return conditions.length === 0 ? undefined : orCode(conditions);
}
