import { _, type Code, type Name, nil } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { declaredBy, declaredByItself, declaresAnything, isSubset } from "./declared.js";
import type { Declared, TypeFacts } from "./facts.js";
import type { FunctionScope } from "./function-scope.js";
import { closedCondition, isReader, type Place } from "./place.js";
import { checkTracked, emitUnevaluated } from "./unevaluated.js";

/**
 * A schema with all that it applies in place: they speak for one value together, so it is closed as a whole and never
 * branch by branch.
 */
export interface Cluster {
  /** Where one of its schemas, or its own keywords, look at the value. */
  placeOf(speaker: Speaker, place: Place): Place;
  /** Emits what can only be said once all have looked. */
  close(place: Place): void;
}

/** The keyword that applies schemas in place, one of the schemas in `allOf`, or the keywords of the schema itself. */
export type Speaker = "$ref" | "anyOf" | "conditions" | "itself" | "oneOf" | InnerSchema;

/** To be called before anything of the schema is emitted. */
export function openCluster(scope: FunctionScope, schema: InnerSchemaObject, place: Place): Cluster {
  if (schema.unevaluatedProperties !== undefined || schema.unevaluatedItems !== undefined) {
    return openTracked(scope, schema, place);
  }
  const speakers = speakersOf(schema, scope);
  if (!place.root || speakers.length === 0) return { placeOf: (_speaker, at) => at, close: () => {} };
  const heir = heirOf(schema, speakers, scope.module.types);
  if (heir !== undefined) {
    return { placeOf: (speaker, at) => ({ ...at, root: speaker === heir }), close: () => {} };
  }
  return openClosed(scope, schema, place);
}

/** What in the schema says something about names of members. */
function speakersOf(schema: InnerSchemaObject, scope: FunctionScope): readonly Speaker[] {
  const { types } = scope.module;
  const speakers: Speaker[] = [];
  const declares = (part: InnerSchema): boolean => declaresAnything(declaredBy(part, types));
  if (declaresAnything(declaredByItself(schema))) speakers.push("itself");
  if (schema.$ref !== undefined && declares({ $ref: schema.$ref })) speakers.push("$ref");
  if (schema.anyOf?.some(declares) === true) speakers.push("anyOf");
  if (schema.oneOf?.some(declares) === true) speakers.push("oneOf");
  const conditions = [schema.if, schema.then, schema.else, ...Object.values(schema.dependentSchemas ?? {})];
  if (conditions.some((part) => part !== undefined && declares(part))) speakers.push("conditions");
  return [...speakers, ...(schema.allOf ?? []).filter(declares)];
}

/**
 * The one speaker that closes the value all by itself; each branch of a union is then closed as it says. None when
 * others require what it does not know of.
 */
function heirOf(
  schema: InnerSchemaObject,
  speakers: readonly Speaker[],
  types: TypeFacts,
): Speaker | undefined {
  const [heir] = speakers;
  if (heir === undefined || speakers.length > 1 || heir === "conditions") return undefined;
  const { all, mentioned } =
    heir === "itself" ? declaredByItself(schema) : declaredBy(schemaOf(heir, schema), types);
  return all || isSubset(declaredBy(schema, types).required, mentioned) ? heir : undefined;
}

function schemaOf(
  speaker: Exclude<Speaker, "conditions" | "itself">,
  schema: InnerSchemaObject,
): InnerSchema {
  return typeof speaker === "string" ? { [speaker]: schema[speaker] } : speaker;
}

/** Several speak, and what they all leave undeclared is refused when writing. */
function openClosed(scope: FunctionScope, schema: InnerSchemaObject, place: Place): Cluster {
  const declared = declaredBy(schema, scope.module.types);
  const isClosed = declared.lists && !declared.all && !isReader(place);
  const part = isClosed && declared.conditional ? tracker(scope, place) : ignorer(scope, place);
  return {
    placeOf: (_speaker, at) => asPart(at, part),
    close: (at) => {
      if (!isClosed) return;
      const isTracked = declared.conditional && part !== undefined;
      const check = isTracked ? checkTracked(scope, declared, at, part) : checkNames(scope, declared, at);
      scope.passOn(check, _`""`, closedCondition(place));
    },
  };
}

function checkNames(
  scope: FunctionScope,
  { names, required, patterns }: Declared,
  { path, data }: Place,
): Code {
  const all = scope.module.names(new Set([...names, ...required]));
  const list = patterns.size === 0 ? nil : _`, ${scope.module.patterns(patterns)}`;
  return _`${scope.runtime("undeclared")}(${path}, ${data}, ${all}, -1${list})`;
}

/** `unevaluatedProperties` or `unevaluatedItems` beside schemas applied in place: all must tell what they looked at. */
function openTracked(scope: FunctionScope, schema: InnerSchemaObject, place: Place): Cluster {
  const part = scope.gen.const("seen", _`new ${scope.runtime("Seen")}()`);
  return {
    placeOf: (_speaker, at) => asPart(at, part),
    close: (at) =>
      emitUnevaluated(scope, schema, { ...at, ...(place.part !== undefined && { part: place.part }) }, part),
  };
}

function asPart({ part: _part, ...place }: Place, part: Name | undefined): Place {
  return { ...place, root: false, vouches: false, ...(part !== undefined && { part }) };
}

/** A `Seen` while the value may have to be closed here. */
function tracker(scope: FunctionScope, { closed, part }: Place): Name {
  const fresh: Code = _`new ${scope.runtime("Seen")}()`;
  if (part === undefined) return scope.gen.const("seen", _`${closed} ? ${fresh} : undefined`);
  return scope.gen.const("seen", _`${closed} && ${part} === undefined ? ${fresh} : ${part}`);
}

/** Passes on what others track, and tells parts that they are no root. */
function ignorer(scope: FunctionScope, { part }: Place): Name | undefined {
  return part === undefined ? undefined : scope.gen.const("seen", _`${part} ?? false`);
}
