import type { InnerSchema, InnerSchemaObject } from "../../../generator/src/model/contract.js";

/**
 * JSON Schema as its specification reads, with no thought of speed: what validators are held against where ajv is no
 * judge, for closed writers and for what is unevaluated. Knows the keywords that the random schemas use.
 */
export type Types = Readonly<Record<string, InnerSchema>>;

interface Context {
  readonly types: Types;
  readonly closed: boolean;
  /** Whether the schema speaks for the value alone. */
  readonly root: boolean;
}

/** What was looked at, if the value fits. */
interface Looked {
  readonly names: ReadonlySet<string>;
  readonly items: ReadonlySet<number>;
}

const nothing: Looked = { names: new Set(), items: new Set() };

export function fits(schema: InnerSchema, value: unknown, types: Types, closed: boolean): boolean {
  return look(schema, value, { types, closed, root: true }) !== undefined;
}

function look(schema: InnerSchema, value: unknown, context: Context): Looked | undefined {
  if (typeof schema === "boolean") return schema ? nothing : undefined;
  if (!fitsAlone(schema, value)) return undefined;
  const heir = context.root && !hasUnevaluated(schema) ? heirOf(schema, context.types) : undefined;
  const looked: Looked[] = [];
  const parts = [...inner(schema, value, context), ...inPlace(schema, value, context, heir)];
  for (const part of parts) {
    if (part === undefined) return undefined;
    looked.push(part);
  }
  return withUnevaluated(schema, value, join(looked), context, heir);
}

function withUnevaluated(
  schema: InnerSchemaObject,
  value: unknown,
  looked: Looked,
  context: Context,
  heir: unknown,
): Looked | undefined {
  const names = isObject(value) ? Object.keys(value).filter((name) => !looked.names.has(name)) : [];
  const items = Array.isArray(value)
    ? value.map((_, index) => index).filter((index) => !looked.items.has(index))
    : [];
  const { unevaluatedProperties, unevaluatedItems } = schema;
  const whole = { ...context, root: true };
  if (unevaluatedProperties === undefined) {
    const isClosed = context.closed && context.root && heir === undefined && lists(schema, context.types);
    const required = requiredAnywhere(schema, context.types);
    if (isClosed && names.some((name) => !required.has(name))) return undefined;
  } else if (isObject(value)) {
    if (!names.every((name) => look(unevaluatedProperties, value[name], whole))) return undefined;
  }
  if (unevaluatedItems !== undefined && Array.isArray(value)) {
    if (!items.every((index) => look(unevaluatedItems, value[index], whole))) return undefined;
  }
  return {
    names: unevaluatedProperties === undefined ? looked.names : new Set([...looked.names, ...names]),
    items: unevaluatedItems === undefined ? looked.items : new Set([...looked.items, ...items]),
  };
}

/** Keywords that need no other schema. */
function fitsAlone(schema: InnerSchemaObject, value: unknown): boolean {
  const { type, const: constant, enum: values, required = [] } = schema;
  if (type !== undefined && !type.some((each) => isOfType(value, each))) return false;
  if (constant !== undefined && text(constant) !== text(value)) return false;
  if (values !== undefined && !values.some((each) => text(each) === text(value))) return false;
  if (
    typeof value === "number" &&
    !(value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity))
  ) {
    return false;
  }
  if (typeof value === "string" && value.length > (schema.maxLength ?? Infinity)) return false;
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) return false;
    if (schema.uniqueItems === true && new Set(value.map(text)).size < value.length) return false;
  }
  if (!isObject(value)) return true;
  const count = Object.keys(value).length;
  if (count < (schema.minProperties ?? 0) || count > (schema.maxProperties ?? Infinity)) return false;
  const dependent = Object.entries(schema.dependentRequired ?? {}).filter(([name]) =>
    Object.hasOwn(value, name),
  );
  return [...required, ...dependent.flatMap(([, names]) => names)].every((name) =>
    Object.hasOwn(value, name),
  );
}

/** Schemas of members and items. */
function inner(schema: InnerSchemaObject, value: unknown, context: Context): readonly (Looked | undefined)[] {
  if (Array.isArray(value)) return innerItems(schema, value, context);
  if (!isObject(value)) return [];
  const { properties = {}, patternProperties = {}, additionalProperties, propertyNames = true } = schema;
  const whole = { ...context, root: true };
  return Object.entries(value).map(([name, member]) => {
    if (!look(propertyNames, name, whole)) return undefined;
    const schemas = Object.entries(patternProperties).flatMap(([pattern, each]) =>
      new RegExp(pattern, "u").test(name) ? [each] : [],
    );
    if (Object.hasOwn(properties, name)) schemas.push(properties[name] ?? true);
    if (schemas.length === 0) {
      if (additionalProperties === undefined) return nothing;
      schemas.push(additionalProperties);
    }
    return schemas.every((each) => look(each, member, whole))
      ? { ...nothing, names: new Set([name]) }
      : undefined;
  });
}

function innerItems(
  schema: InnerSchemaObject,
  value: readonly unknown[],
  context: Context,
): readonly (Looked | undefined)[] {
  const { prefixItems = [], items, contains, minContains = 1, maxContains = Infinity } = schema;
  const whole = { ...context, root: true };
  const looked = value.map((item, index): Looked | undefined => {
    const each = prefixItems[index] ?? items;
    if (each === undefined) return nothing;
    return look(each, item, whole) && { ...nothing, items: new Set([index]) };
  });
  if (contains === undefined) return looked;
  const found = value.flatMap((item, index) =>
    look(contains, item, { ...whole, closed: false }) ? [index] : [],
  );
  const isRight = found.length >= minContains && found.length <= maxContains;
  return [...looked, isRight ? { ...nothing, items: new Set(found) } : undefined];
}

/** Schemas that are applied in place. */
function inPlace(
  schema: InnerSchemaObject,
  value: unknown,
  context: Context,
  heir: unknown,
): readonly (Looked | undefined)[] {
  const at = (speaker: unknown): Context => ({ ...context, root: speaker === heir && heir !== undefined });
  const open: Context = { ...context, root: false, closed: false };
  const parts: (Looked | undefined)[] = [];
  const { $ref, allOf = [], anyOf, oneOf, not, if: condition, then = true, else: otherwise = true } = schema;
  if ($ref !== undefined) parts.push(look(context.types[$ref] ?? true, value, at("$ref")));
  for (const part of allOf) parts.push(look(part, value, at(part)));
  if (anyOf !== undefined) parts.push(lookAtAny(anyOf, value, at("anyOf")));
  if (oneOf !== undefined) {
    const [only, ...others] = oneOf.filter((branch) => look(branch, value, open));
    parts.push(only === undefined || others.length > 0 ? undefined : look(only, value, at("oneOf")));
  }
  if (not !== undefined) parts.push(look(not, value, open) ? undefined : nothing);
  if (condition !== undefined) {
    const looked = look(condition, value, open);
    if (looked) parts.push(looked);
    parts.push(look(looked ? then : otherwise, value, at("conditions")));
  }
  for (const [name, dependent] of Object.entries(schema.dependentSchemas ?? {})) {
    if (isObject(value) && Object.hasOwn(value, name)) parts.push(look(dependent, value, at("conditions")));
  }
  return parts;
}

/** A branch that fits as it stands, or, for a whole value, several that declare all members together. */
function lookAtAny(branches: readonly InnerSchema[], value: unknown, context: Context): Looked | undefined {
  if (context.root && branches.some((branch) => look(branch, value, context))) return nothing;
  const looked = branches.flatMap((branch) => look(branch, value, { ...context, root: false }) ?? []);
  if (looked.length === 0) return undefined;
  const all = join(looked);
  const isCovered = !isObject(value) || Object.keys(value).every((name) => all.names.has(name));
  return context.root && context.closed && !isCovered ? undefined : all;
}

type Speaker = "$ref" | "anyOf" | "conditions" | "itself" | "oneOf" | InnerSchema;

/**
 * The only one of the schemas applied in place that says something about members, if only one does, and if it knows
 * all names that are required.
 */
function heirOf(schema: InnerSchemaObject, types: Types): Speaker | undefined {
  const [heir, ...others] = speakersOf(schema, types);
  if (heir === undefined || others.length > 0 || heir === "itself" || heir === "conditions") return undefined;
  const own = typeof heir === "string" ? { [heir]: schema[heir] } : heir;
  if (saysAll(own, types)) return heir;
  const known = collect(own, types, ({ required = [], properties = {} }) => [
    ...required,
    ...Object.keys(properties),
  ]);
  return [...requiredAnywhere(schema, types)].every((name) => known.has(name)) ? heir : undefined;
}

function speakersOf(schema: InnerSchemaObject, types: Types): readonly Speaker[] {
  const { $ref, allOf = [], anyOf = [], oneOf = [], if: condition, then, else: otherwise } = schema;
  const conditions = [condition, then, otherwise, ...Object.values(schema.dependentSchemas ?? {})];
  const speakers: Speaker[] = allOf.filter((part) => speaks(part, types));
  if (speaksAlone(schema)) speakers.push("itself");
  if ($ref !== undefined && speaks(types[$ref] ?? true, types)) speakers.push("$ref");
  if (anyOf.some((part) => speaks(part, types))) speakers.push("anyOf");
  if (oneOf.some((part) => speaks(part, types))) speakers.push("oneOf");
  if (conditions.some((part) => part !== undefined && speaks(part, types))) speakers.push("conditions");
  return speakers;
}

/** What some schema requires without listing it. */
function requiredAnywhere(schema: InnerSchema, types: Types): ReadonlySet<string> {
  return collect(schema, types, ({ required = [], properties = {} }) =>
    required.filter((name) => !Object.hasOwn(properties, name)),
  );
}

function collect(
  schema: InnerSchema,
  types: Types,
  namesOf: (schema: InnerSchemaObject) => readonly string[],
): ReadonlySet<string> {
  const names = new Set<string>();
  some(schema, types, (part) => {
    for (const name of namesOf(part)) names.add(name);
    return false;
  });
  return names;
}

/** Whether it speaks for all members whenever it fits. */
function saysAll(schema: InnerSchema, types: Types): boolean {
  if (typeof schema === "boolean") return false;
  const { $ref, allOf = [], additionalProperties, unevaluatedProperties } = schema;
  if (additionalProperties !== undefined || unevaluatedProperties !== undefined) return true;
  return (
    allOf.some((part) => saysAll(part, types)) || ($ref !== undefined && saysAll(types[$ref] ?? true, types))
  );
}

function lists(schema: InnerSchema, types: Types): boolean {
  return some(schema, types, ({ properties }) => properties !== undefined);
}

function speaks(schema: InnerSchema, types: Types): boolean {
  return some(schema, types, speaksAlone);
}

function speaksAlone(schema: InnerSchemaObject): boolean {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema;
  return [properties, patternProperties, additionalProperties, unevaluatedProperties].some(
    (each) => each !== undefined,
  );
}

/** Whether the schema, or one that it applies in place, has a property. */
function some(schema: InnerSchema, types: Types, has: (schema: InnerSchemaObject) => boolean): boolean {
  if (typeof schema === "boolean") return false;
  if (has(schema)) return true;
  const { $ref, allOf = [], anyOf = [], oneOf = [], if: condition, then, else: otherwise } = schema;
  const parts = [...allOf, ...anyOf, ...oneOf, ...Object.values(schema.dependentSchemas ?? {})];
  for (const part of [condition, then, otherwise, $ref === undefined ? undefined : types[$ref]]) {
    if (part !== undefined) parts.push(part);
  }
  return parts.some((part) => some(part, types, has));
}

function hasUnevaluated({ unevaluatedProperties, unevaluatedItems }: InnerSchemaObject): boolean {
  return unevaluatedProperties !== undefined || unevaluatedItems !== undefined;
}

function join(looked: readonly Looked[]): Looked {
  return {
    names: new Set(looked.flatMap(({ names }) => [...names])),
    items: new Set(looked.flatMap(({ items }) => [...items])),
  };
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal for equal values, as the random values list their members in order. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}
