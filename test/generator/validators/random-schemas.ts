import fc from "fast-check";
import type { InnerSchema, JsonType, JsonValue } from "../../../generator/src/model/contract.js";
import type { Types } from "./reference.js";

/** Random types and values over few names and values, so that they meet. */
export interface RandomOptions {
  /** The names of members. */
  readonly names: readonly string[];
  /** With `contains`, `unevaluatedProperties` and `unevaluatedItems`. */
  readonly exotic: boolean;
}

const scalar: fc.Arbitrary<boolean | null | number | string> = fc.constantFrom(
  "a",
  "b",
  "",
  0,
  1,
  1.5,
  true,
  null,
);

export function value({ names }: RandomOptions): fc.Arbitrary<JsonValue> {
  const name = fc.constantFrom(...names);
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.uniqueArray(fc.tuple(name, tie("value")), { maxLength: 3, selector: ([key]) => key }).map(parsed),
    ),
  })).value;
}

/** Parsed, so that `__proto__` is a member as any other. */
function parsed(entries: readonly (readonly [string, unknown])[]): JsonValue {
  return JSON.parse(
    `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`).join()}}`,
  );
}

const typeNames: readonly JsonType[] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/** Types `T0` to `T3`, each of which may refer to those after it. */
export function types(options: RandomOptions): fc.Arbitrary<Types> {
  const schemas = [0, 1, 2, 3].map((index) => schemaArbitrary(index, options));
  return fc
    .tuple(...schemas)
    .map((all) => Object.fromEntries(all.map((schema, index) => [`T${index}`, schema])));
}

function schemaArbitrary(index: number, options: RandomOptions): fc.Arbitrary<InnerSchema> {
  const name = fc.constantFrom(...options.names);
  return fc.letrec<{ schema: InnerSchema }>((tie) => {
    const schema = tie("schema");
    const schemas = fc.array(schema, { minLength: 1, maxLength: 3 });
    const count = fc.nat({ max: 2 });
    const member = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Readonly<Record<string, Value>>> =>
      fc.uniqueArray(fc.tuple(name, value), { maxLength: 3, selector: ([key]) => key }).map(withoutPrototype);
    const keywords: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
      type: fc.uniqueArray(fc.constantFrom(...typeNames), { minLength: 1, maxLength: 2 }),
      const: value(options),
      enum: fc.array(value(options), { minLength: 1, maxLength: 3 }),
      properties: member(schema),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      patternProperties: fc.dictionary(fc.constantFrom("^[ab]$", "o"), schema, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      additionalProperties: schema,
      propertyNames: schema,
      minProperties: count,
      maxProperties: count,
      dependentRequired: member(fc.uniqueArray(name, { maxLength: 2 })),
      dependentSchemas: member(schema),
      prefixItems: schemas,
      items: schema,
      minContains: count,
      maxContains: count,
      minItems: count,
      maxItems: count,
      uniqueItems: fc.boolean(),
      minimum: count,
      maximum: count,
      maxLength: count,
      allOf: schemas,
      anyOf: schemas,
      oneOf: schemas,
      not: schema,
      if: schema,
      // biome-ignore lint/suspicious/noThenProperty: the keyword's name
      then: schema,
      else: schema,
      ...(options.exotic && { contains: schema, unevaluatedProperties: schema, unevaluatedItems: schema }),
      ...(index < 3 && { $ref: fc.integer({ min: index + 1, max: 3 }).map((target) => `T${target}`) }),
    };
    const keyword = fc
      .constantFrom(...Object.keys(keywords))
      .chain((key) => (keywords[key] ?? fc.constant(0)).map((argument) => [key, argument] as const));
    const composed = fc.uniqueArray(keyword, { minLength: 1, maxLength: 4, selector: ([key]) => key });
    return {
      schema: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.boolean(), composed.map(Object.fromEntries)),
    };
  }).schema;
}

function withoutPrototype<Value>(
  entries: readonly (readonly [string, Value])[],
): Readonly<Record<string, Value>> {
  const object: Record<string, Value> = Object.create(null);
  for (const [key, member] of entries) object[key] = member;
  return object;
}
