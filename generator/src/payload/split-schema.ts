import { patternFlags } from "../emit/validators/pattern-flags.js";
import type { InnerSchema, InnerSchemaObject, PayloadType, TypeReference } from "../model/contract.js";
import { longestSafeText } from "../pattern/find-unsafe-pattern.js";

/**
 * A schema taken apart into questions, each a schema of its own under a key. What a question answers about a value is
 * a problem of that value whatever else is wrong with it.
 */
export interface SplitSchema {
  /** The schema as it is. */
  readonly whole: TypeReference;
  /** What kind of value it wants; one that is of another kind is asked nothing more. */
  readonly kinds: readonly TypeReference[];
  /** The other keywords, one by one. */
  readonly keywords: readonly TypeReference[];
  /** For each required member the question to ask when it is missing. */
  readonly required: ReadonlyMap<string, TypeReference>;
  /** Asked of each member, as the only one of an object. */
  readonly members: readonly TypeReference[];
  /** The same for what a writer may not add. */
  readonly declared: TypeReference;
  /** Schemas that hold for the value too. */
  readonly inPlace: readonly TypeReference[];
  readonly properties: ReadonlyMap<string, TypeReference>;
  readonly patterns: readonly PatternSchema[];
  readonly additional: TypeReference | undefined;
  readonly prefixItems: readonly TypeReference[];
  readonly items: TypeReference | undefined;
}

/** A schema for all members whose name a pattern matches. */
export interface PatternSchema {
  readonly matches: (name: string) => boolean;
  readonly schema: TypeReference;
}

/** Keywords that mean the same alone; each with those that it cannot be asked without. */
const alone: readonly (readonly (keyof InnerSchemaObject)[])[] = [
  ["dependentRequired"],
  ["minProperties"],
  ["maxProperties"],
  ["contains", "minContains", "maxContains"],
  ["minItems"],
  ["maxItems"],
  ["uniqueItems"],
  ["minimum"],
  ["maximum"],
  ["exclusiveMinimum"],
  ["exclusiveMaximum"],
  ["multipleOf"],
  ["minLength"],
  ["maxLength"],
  // The limit keeps a slow pattern from long texts.
  ["pattern", "maxLength"],
  ["format"],
  ["anyOf"],
  ["oneOf"],
  ["not"],
  ["if", "then", "else"],
  ["dependentSchemas"],
];

const kinds: readonly (keyof InnerSchemaObject)[] = ["const", "enum", "type"];

/** Takes types apart, and the schemas in them. Each question is a type too, so that a validator can be made for it. */
export class SplitSchemas {
  readonly #types: Map<TypeReference, PayloadType>;
  readonly #splits = new Map<TypeReference, SplitSchema>();
  readonly #outlines = new Map<TypeReference, TypeReference>();
  #count = 0;

  constructor(types: readonly PayloadType[]) {
    this.#types = new Map(types.map((type) => [type.key, type]));
  }

  /** The types given, and all questions made so far. */
  get types(): readonly PayloadType[] {
    return [...this.#types.values()];
  }

  /** The split schema of a type, or of a question. */
  split(key: TypeReference): SplitSchema {
    const known = this.#splits.get(key);
    if (known !== undefined) return known;
    const schema = this.#schema(key);
    const split = this.#splitObject(key, typeof schema === "boolean" ? {} : schema);
    this.#splits.set(key, split);
    return split;
  }

  /** Takes apart all that a value of the type may be asked. */
  splitAll(key: TypeReference): void {
    if (this.#splits.has(key)) return;
    const { inPlace, properties, patterns, additional, prefixItems, items } = this.split(key);
    const inner = [
      ...inPlace,
      ...properties.values(),
      ...patterns.map(({ schema }) => schema),
      ...prefixItems,
    ];
    for (const each of [...inner, additional, items]) if (each !== undefined) this.splitAll(each);
  }

  #splitObject(whole: TypeReference, schema: InnerSchemaObject): SplitSchema {
    const { required = [], properties = {}, additionalProperties, items } = schema;
    const add = (part: InnerSchema): TypeReference => this.#add(part);
    return {
      whole,
      kinds: kinds
        .filter((keyword) => schema[keyword] !== undefined)
        .map((keyword) => add(pick(schema, [keyword]))),
      keywords: alone
        .filter(([keyword]) => keyword !== undefined && schema[keyword] !== undefined)
        .map((keywords) => add(pick(schema, keywords))),
      required: new Map(required.map((name) => [name, add(requiredMember(name, properties))])),
      members: memberQuestions(schema).map(add),
      declared: add(this.#outline(schema)),
      inPlace: [...(schema.$ref === undefined ? [] : [schema.$ref]), ...(schema.allOf ?? []).map(add)],
      properties: mapValues(properties, add),
      patterns: Object.entries(schema.patternProperties ?? {}).map(([pattern, held]) => ({
        matches: matcher(pattern),
        schema: add(held),
      })),
      additional:
        additionalProperties === undefined || additionalProperties === false
          ? undefined
          : add(additionalProperties),
      prefixItems: (schema.prefixItems ?? []).map(add),
      items: items === undefined ? undefined : add(items),
    };
  }

  /** What of a schema decides which members a writer may send; everything where branches have a say in it. */
  #outline(schema: InnerSchema): InnerSchemaObject {
    if (typeof schema === "boolean") return {};
    const { $ref, allOf, properties, patternProperties, required = [] } = schema;
    if (isOpen(schema)) return { additionalProperties: true };
    // Required names count as declared, but do not close an object.
    const patterns = [...Object.keys(patternProperties ?? {}), ...required.map(exactly)];
    return {
      ...(properties !== undefined && { properties: anything(Object.keys(properties)) }),
      ...(patterns.length > 0 && { patternProperties: anything(patterns) }),
      ...(allOf !== undefined && { allOf: allOf.map((part) => this.#outline(part)) }),
      ...($ref !== undefined && { $ref: this.#outlineOf($ref) }),
    };
  }

  #outlineOf(key: TypeReference): TypeReference {
    const known = this.#outlines.get(key);
    if (known !== undefined) return known;
    const outline = this.#add(true);
    this.#outlines.set(key, outline);
    this.#set(outline, this.#outline(this.#schema(key)));
    return outline;
  }

  #schema(key: TypeReference): InnerSchema {
    const type = this.#types.get(key);
    if (type === undefined)
      throw new Error(`internal error: the contract set holds no type ${JSON.stringify(key)}`);
    return type.schema;
  }

  #add(schema: InnerSchema): TypeReference {
    // Keys of types are paths or pointers: none begins like this.
    const key = `?${this.#count}`;
    this.#count += 1;
    this.#set(key, schema);
    return key;
  }

  #set(key: TypeReference, schema: InnerSchema): void {
    const source = { file: "", line: 1, column: 1, pointer: "" };
    this.#types.set(key, {
      key,
      name: `Question${key.slice(1)}`,
      module: "",
      schema,
      references: [],
      source,
    });
  }
}

/** Questions that a single member can answer. */
function memberQuestions({
  properties = {},
  patternProperties = {},
  additionalProperties,
  propertyNames,
}: InnerSchemaObject): readonly InnerSchemaObject[] {
  const closed = {
    properties: anything(Object.keys(properties)),
    patternProperties: anything(Object.keys(patternProperties)),
    additionalProperties: false,
  };
  return [
    ...(additionalProperties === false ? [closed] : []),
    ...(propertyNames === undefined ? [] : [{ propertyNames }]),
  ];
}

function requiredMember(name: string, properties: Readonly<Record<string, InnerSchema>>): InnerSchemaObject {
  const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return { ...(schema !== undefined && { properties: named([[name, schema]]) }), required: [name] };
}

/** Whether something other than plain lists of members may decide which of them are declared. */
function isOpen(schema: InnerSchemaObject): boolean {
  const {
    additionalProperties,
    unevaluatedProperties,
    anyOf,
    oneOf,
    if: condition,
    dependentSchemas,
  } = schema;
  const deciding = [additionalProperties, unevaluatedProperties, anyOf, oneOf, condition, dependentSchemas];
  return deciding.some((keyword) => keyword !== undefined);
}

/** Names too long for a pattern match none, as in validators. */
function matcher(pattern: string): (name: string) => boolean {
  const expression = new RegExp(pattern, patternFlags(pattern) ?? "u");
  const longest = longestSafeText(pattern);
  return (name) => name.length <= longest && expression.test(name);
}

function exactly(name: string): string {
  return `^${name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$`;
}

function anything(names: readonly string[]): Readonly<Record<string, InnerSchema>> {
  return named(names.map((name) => [name, true]));
}

function named<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  const object: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return object;
}

function mapValues<Value, Result>(
  object: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): ReadonlyMap<string, Result> {
  return new Map(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function pick(schema: InnerSchemaObject, keywords: readonly (keyof InnerSchemaObject)[]): InnerSchemaObject {
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => keywords.some((each) => each === keyword)),
  );
}
