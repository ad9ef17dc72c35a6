import { _ } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject } from "../../model/contract.js";
import { emitClosedObject } from "./closed-object.js";
import { emitDynamicMembers, hasDynamicMembers } from "./dynamic-members.js";
import type { FunctionScope } from "./function-scope.js";
import { memberValue } from "./member-access.js";
import { stepTo } from "./paths.js";
import type { ObjectPlace } from "./place.js";
import { emitProperties } from "./properties.js";

/** Keywords of objects, but for those that apply schemas in place and `unevaluatedProperties`. */
export function emitObject(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): void {
  emitMemberCount(scope, schema, place);
  const declared = emitProperties(scope, schema, place);
  emitDependentRequired(scope, schema, place);
  if (hasDynamicMembers(schema)) emitDynamicMembers(scope, schema, place);
  emitClosedObject(scope, schema, place, declared);
  noteMembers(scope, schema, place);
}

export function hasObjectKeywords(schema: InnerSchemaObject): boolean {
  const { properties, patternProperties, additionalProperties, propertyNames, required } = schema;
  const { minProperties, maxProperties, dependentRequired } = schema;
  const byName = [
    properties,
    patternProperties,
    additionalProperties,
    propertyNames,
    required,
    dependentRequired,
  ];
  return [...byName, minProperties, maxProperties].some((keyword) => keyword !== undefined);
}

function emitMemberCount(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): void {
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) return;
  const count = scope.gen.const("n", _`${scope.runtime("countMembers")}(${place.members})`);
  if (maxProperties !== undefined) {
    scope.refuseIf(_`${count} > ${maxProperties}`, place, "maxProperties", maxProperties);
  }
  if (minProperties !== undefined) {
    scope.refuseIf(_`${count} < ${minProperties}`, place, "minProperties", minProperties);
  }
}

function emitDependentRequired(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): void {
  const { gen } = scope;
  for (const [trigger, names] of Object.entries(schema.dependentRequired ?? {})) {
    if (names.length === 0) continue;
    gen.if(_`${memberValue(scope, place.members, trigger)} !== undefined`, () => {
      for (const name of names) {
        const absent = _`${memberValue(scope, place.members, name)} === undefined`;
        gen.if(absent, () => scope.refuseAbsent(stepTo(place.path, name), "dependentRequired", trigger));
      }
    });
  }
}

/** Tells those who speak for the same value which members were looked at. */
function noteMembers(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): void {
  const { part } = place;
  if (part === undefined) return;
  const { properties = {}, patternProperties = {}, additionalProperties } = schema;
  const names = Object.keys(properties);
  const patterns = Object.keys(patternProperties);
  if (additionalProperties !== undefined) {
    scope.gen.code(_`if (${part}) ${part}.addAllMembers()`);
    return;
  }
  if (names.length > 0) scope.gen.code(_`if (${part}) ${part}.addNames(${scope.module.names(names)})`);
  if (patterns.length > 0) {
    scope.gen.code(_`if (${part}) ${part}.addMatches(${place.members}, ${scope.module.patterns(patterns)})`);
  }
}
