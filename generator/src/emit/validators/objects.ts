import { _, type Code, type Name } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject, TypeReference } from "../../model/contract.js";
import { emitDynamicMembers, hasDynamicMembers } from "./dynamic-members.js";
import type { FunctionScope } from "./function-scope.js";
import { isFree, refusesAbsence } from "./kinds.js";
import { memberPath, memberValue } from "./member-access.js";
import { closedCondition, isReader, type Place } from "./place.js";

/** The place of an object, with its members in a variable. */
export interface ObjectPlace extends Place {
  readonly members: Name;
}

/** Keywords of objects, but for those that apply schemas in place and `unevaluatedProperties`. */
export function emitObject(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): void {
  emitMemberCount(scope, schema, place);
  const declared = emitProperties(scope, schema, place);
  emitDependentRequired(scope, schema, place);
  if (hasDynamicMembers(schema)) emitDynamicMembers(scope, schema, place);
  emitClosed(scope, schema, place, declared);
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
  if (maxProperties !== undefined)
    scope.refuseIf(_`${count} > ${maxProperties}`, place, "maxProperties", maxProperties);
  if (minProperties !== undefined)
    scope.refuseIf(_`${count} < ${minProperties}`, place, "minProperties", minProperties);
}

/** `properties` and `required`. Returns the expression that counts the declared members that are there. */
function emitProperties(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): Code {
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  const wanted = new Set(required);
  for (const name of wanted) if (!Object.hasOwn(properties, name)) emitMember(scope, name, true, true, place);
  const optional = names.filter((name) => !wanted.has(name));
  const certain = declaredNames(schema).length - optional.length;
  const isCounted = isClosedByCount(schema, place) && optional.length > 0;
  const count = isCounted ? scope.gen.let("n", certain) : undefined;
  for (const name of names) {
    emitMember(scope, name, properties[name] ?? true, wanted.has(name), place, count);
  }
  return count ?? _`${certain}`;
}

/** One member: a variable, and its checks. `count` is raised when an optional member is there. */
function emitMember(
  scope: FunctionScope,
  name: string,
  schema: InnerSchema,
  isRequired: boolean,
  place: ObjectPlace,
  count?: Name,
): void {
  const { gen } = scope;
  if (isFree(schema) && !isRequired && count === undefined) return;
  const value = memberValue(scope, place.members, name);
  const path = memberPath(place.path, name);
  const isSafe = isRequired && refusesAbsence(schema, scope.module.types);
  const reference = isSafe ? plainReference(schema) : undefined;
  if (reference !== undefined) {
    scope.passOn(scope.callType(reference, { data: value, path, closed: place.closed, root: true }), path);
    return;
  }
  const data = gen.const("d", value);
  const member: Place = { data, path, closed: place.closed, root: true };
  if (isRequired) {
    if (!isSafe) scope.refuseIf(_`${data} === undefined`, member, "required", undefined);
    scope.emit(schema, member);
    return;
  }
  gen.if(_`${data} !== undefined`, () => {
    if (count !== undefined) gen.code(_`${count}++`);
    scope.emit(schema, member);
  });
}

/** The type that a schema refers to, if it asks for nothing else. */
function plainReference(schema: InnerSchema): TypeReference | undefined {
  if (typeof schema === "boolean") return undefined;
  const { $ref, ...others } = schema;
  return isFree(others) ? $ref : undefined;
}

function emitDependentRequired(scope: FunctionScope, schema: InnerSchemaObject, place: ObjectPlace): void {
  const { gen } = scope;
  for (const [trigger, names] of Object.entries(schema.dependentRequired ?? {})) {
    if (names.length === 0) continue;
    gen.if(_`${memberValue(scope, place.members, trigger)} !== undefined`, () => {
      for (const name of names) {
        const absent = _`${memberValue(scope, place.members, name)} === undefined`;
        gen.if(absent, () => scope.refuseAbsent(memberPath(place.path, name), "dependentRequired", trigger));
      }
    });
  }
}

/** Whether only names decide which members are declared: then counting those that are there finds others. */
function isClosedByCount(schema: InnerSchemaObject, place: ObjectPlace): boolean {
  const { properties, patternProperties, additionalProperties } = schema;
  if (patternProperties !== undefined && Object.keys(patternProperties).length > 0) return false;
  if (additionalProperties === false) return true;
  const isOpen = additionalProperties !== undefined || schema.unevaluatedProperties !== undefined;
  return properties !== undefined && !isOpen && place.root && !isReader(place);
}

/**
 * The names that the schema declares. What it requires counts too, or no value could be written; but not where
 * `additionalProperties` says with all precision what is allowed.
 */
function declaredNames({
  properties = {},
  required = [],
  additionalProperties,
}: InnerSchemaObject): readonly string[] {
  const names = Object.keys(properties);
  return additionalProperties === undefined ? [...new Set([...names, ...required])] : names;
}

/** Refuses undeclared members: always where the schema says so, else when writing. */
function emitClosed(
  scope: FunctionScope,
  schema: InnerSchemaObject,
  place: ObjectPlace,
  declared: Code,
): void {
  const { properties, patternProperties = {}, additionalProperties } = schema;
  const isExplicit = additionalProperties === false;
  const isImplicit = properties !== undefined && additionalProperties === undefined && !isReader(place);
  if (!isExplicit && !(isImplicit && place.root && schema.unevaluatedProperties === undefined)) return;
  const patterns = Object.keys(patternProperties);
  const names = scope.module.names(declaredNames(schema));
  const list = patterns.length === 0 ? _`` : _`, ${scope.module.patterns(patterns)}`;
  const count = patterns.length === 0 ? declared : _`-1`;
  const check = _`${scope.runtime("undeclared")}(${place.path}, ${place.members}, ${names}, ${count}${list})`;
  scope.passOn(check, _`""`, isExplicit ? undefined : closedCondition(place));
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
