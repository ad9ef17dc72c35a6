import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../generator/src/model/contract.js";
import { normalise } from "../../../generator/src/model/normalise/normalise.js";

type Dialect = "draft-07" | "2020-12";

interface Row {
  readonly title: string;
  readonly dialect?: Dialect;
  readonly given: JsonValue;
  readonly want: unknown;
}

const rows: readonly Row[] = [
  { title: "boolean schemas stay", given: { not: true, items: false }, want: { not: true, items: false } },
  { title: "type is a list", given: { type: "string" }, want: { type: ["string"] } },
  {
    title: "types are listed once",
    given: { type: ["null", "string", "null"] },
    want: { type: ["null", "string"] },
  },
  {
    title: "identifiers, definitions and comments go",
    given: {
      $id: "https://a",
      $anchor: "b",
      $schema: "c",
      $comment: "d",
      $defs: { e: {} },
      definitions: { f: {} },
    },
    want: {},
  },
  {
    title: "unknown keywords go, also those that steer json-schema-to-typescript",
    given: {
      "x-a": 1,
      extends: { type: "string" },
      tsEnumNames: ["a"],
      id: "b",
      constructor: {},
      toString: 1,
    },
    want: {},
  },
  {
    title: "words about the values stay",
    given: {
      title: "a",
      description: "b",
      deprecated: true,
      default: 1,
      examples: [2],
      readOnly: true,
      writeOnly: false,
    },
    want: {
      title: "a",
      description: "b",
      deprecated: true,
      default: 1,
      examples: [2],
      readOnly: true,
      writeOnly: false,
    },
  },
  {
    title: "positions of draft-07",
    dialect: "draft-07",
    given: { items: [true, { type: "null" }], additionalItems: { type: "string" } },
    want: { prefixItems: [true, { type: ["null"] }], items: { type: ["string"] } },
  },
  {
    title: "no positions at all in draft-07 leave what is additional",
    dialect: "draft-07",
    given: { items: [], additionalItems: false },
    want: { items: false },
  },
  {
    title: "additionalItems beside one schema for all items means nothing",
    dialect: "draft-07",
    given: { items: { type: "string" }, additionalItems: false },
    want: { items: { type: ["string"] } },
  },
  {
    title: "additionalItems without items means nothing",
    dialect: "draft-07",
    given: { additionalItems: false },
    want: {},
  },
  {
    title: "dependencies are split",
    dialect: "draft-07",
    given: { dependencies: { a: ["b", "b"], c: { type: "object" }, d: false } },
    want: { dependentRequired: { a: ["b"] }, dependentSchemas: { c: { type: ["object"] }, d: false } },
  },
  {
    title: "$ref of draft-07 hides its siblings, but for words",
    dialect: "draft-07",
    given: {
      $ref: "a",
      type: "string",
      nullable: true,
      description: "b",
      properties: { $ref: { $ref: "c" } },
    },
    want: { $ref: "type a", description: "b" },
  },
  {
    title: "$ref of 2020-12 keeps its siblings",
    given: { $ref: "a", type: "string", properties: { $ref: { $ref: "c" } } },
    want: { $ref: "type a", type: ["string"], properties: { $ref: { $ref: "type c" } } },
  },
  {
    title: "a reference that leads nowhere goes",
    given: { $ref: "nowhere", minLength: 1 },
    want: { minLength: 1 },
  },
  {
    title: "keywords of 2020-12 mean nothing in draft-07",
    dialect: "draft-07",
    given: {
      prefixItems: [false],
      minContains: 2,
      maxContains: 2,
      dependentRequired: { a: ["b"] },
      dependentSchemas: { a: false },
      unevaluatedItems: false,
      unevaluatedProperties: false,
      $dynamicRef: "#a",
      $vocabulary: { "https://a": true },
    },
    want: {},
  },
  {
    title: "dependencies of draft-07 know nothing of their successors",
    dialect: "draft-07",
    given: { dependencies: { a: ["b"] }, dependentRequired: { a: ["c"] } },
    want: { dependentRequired: { a: ["b"] } },
  },
  {
    title: "dependencies in 2020-12",
    given: { dependencies: { a: ["b"] } },
    want: { dependentRequired: { a: ["b"] } },
  },
  { title: "keywords of draft-07 mean nothing in 2020-12", given: { additionalItems: false }, want: {} },
  {
    title: "keywords go that mean nothing without another one",
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    given: { then: false, else: false, minContains: 2, maxContains: 1 },
    want: {},
  },
  {
    title: "nullable adds null to the type and the values",
    given: { type: "string", enum: ["a"], nullable: true },
    want: { type: ["string", "null"], enum: ["a", null] },
  },
  {
    title: "nullable adds nothing where null is there",
    given: { type: ["null", "string"], enum: [null], nullable: true },
    want: { type: ["null", "string"], enum: [null] },
  },
  {
    title: "nullable without a type adds nothing",
    given: { minLength: 1, nullable: true },
    want: { minLength: 1 },
  },
  {
    title: "nullable: false means nothing",
    given: { type: "string", nullable: false },
    want: { type: ["string"] },
  },
  {
    title: "nullable beside a constant makes it an alternative",
    given: { const: 1, nullable: true },
    want: { anyOf: [{ const: 1 }, { type: ["null"] }] },
  },
  {
    title: "nullable beside other schemas makes them an alternative",
    given: { $ref: "a", nullable: true, description: "b" },
    want: { description: "b", anyOf: [{ $ref: "type a" }, { type: ["null"] }] },
  },
  {
    title: "known values of an open enumeration stay",
    given: { type: "string", "x-extensible-enum": ["a"] },
    want: { type: ["string"], "x-extensible-enum": ["a"] },
  },
  {
    title: "a constant may be null",
    given: { const: null, nullable: true },
    want: { anyOf: [{ const: null }, { type: ["null"] }] },
  },
  { title: "an enum may be empty", given: { enum: [] }, want: { enum: [] } },
  {
    title: "a pattern that compiles without the u flag only",
    given: { pattern: "^\\a-\\-$", patternProperties: { "^\\-$": true } },
    want: { pattern: "^\\a-\\-$", patternProperties: { "^\\-$": true } },
  },
];

describe("normalise: the inner form", () => {
  test.each(rows)("$title", ({ given, want, dialect = "2020-12" }) => {
    const { inner, findings } = read(given, dialect);
    expect(inner).toEqual(want);
    expect(findings).toEqual([]);
  });

  test("names of users are plain keys", () => {
    const given: JsonValue = JSON.parse(
      '{"properties":{"__proto__":{"type":"null"},"constructor":true},"dependentRequired":{"__proto__":["toString"]}}',
    );
    const { inner } = read(given, "2020-12");
    if (typeof inner === "boolean") throw new Error("expected an object");
    expect(Object.getPrototypeOf(inner.properties)).toBeNull();
    expect(Object.keys(inner.properties ?? {})).toEqual(["__proto__", "constructor"]);
    expect(Object.entries(inner.dependentRequired ?? {})).toEqual([["__proto__", ["toString"]]]);
    expect("type" in Object.prototype).toBe(false);
  });

  test("references are asked for with the pointer of their keyword", () => {
    const asked: string[] = [];
    const refTo = (ref: string, pointer: string): string => `${asked.push(`${ref} at ${pointer}`)}`;
    const schema = { properties: { "a/b": { $ref: "x" } }, allOf: [{ items: { $ref: "y" } }] };
    normalise(schema, "/$defs/t", { dialect: "2020-12", refTo, report: () => {} });
    expect(asked).toEqual(["x at /$defs/t/properties/a~1b/$ref", "y at /$defs/t/allOf/0/items/$ref"]);
  });
});

describe("normalise: what is refused", () => {
  const wrongValues: readonly (readonly [string, JsonValue, string])[] = [
    ["minLength", "3", 'expected a whole number from 0 for "minLength", got "3"'],
    ["minLength", "*/ alert(1) /*", 'expected a whole number from 0 for "minLength", got "*/ alert(1) /*"'],
    ["maxItems", -1, 'expected a whole number from 0 for "maxItems", got -1'],
    ["maxItems", 1.5, 'expected a whole number from 0 for "maxItems", got 1.5'],
    ["exclusiveMinimum", true, 'expected a number for "exclusiveMinimum", got true'],
    ["multipleOf", 0, 'expected a number above 0 for "multipleOf", got 0'],
    ["uniqueItems", 1, 'expected true or false for "uniqueItems", got 1'],
    ["pattern", 1, 'expected a regular expression for "pattern", got 1'],
    ["format", null, 'expected a string for "format", got null'],
    ["enum", { a: 1 }, 'expected an array for "enum", got an object'],
    ["type", [], 'expected a type, or an array of at least one for "type", got an array'],
    ["allOf", [], 'expected an array of at least one schema for "allOf", got an array'],
    ["properties", ["a"], 'expected an object of schemas for "properties", got an array'],
    ["patternProperties", true, 'expected an object of schemas for "patternProperties", got true'],
    ["dependentSchemas", true, 'expected an object of schemas for "dependentSchemas", got true'],
    ["dependentRequired", true, 'expected an object of name lists for "dependentRequired", got true'],
    ["dependencies", 1, 'expected an object for "dependencies", got 1'],
    ["items", [], 'expected one schema (a list of schemas is called prefixItems) for "items", got an array'],
    ["$ref", 1, 'expected a reference for "$ref", got 1'],
    ["title", ["x"], 'expected a string for "title", got an array'],
    ["format", 1e300, 'expected a string for "format", got 1e+300'],
  ];

  test.each(wrongValues)("%s: %j", (keyword, value, message) => {
    const { findings } = read({ a: 1, [keyword]: value }, "2020-12");
    expect(findings).toEqual([`/s/${keyword} ${message} [keyword-value]`]);
  });

  test.each<readonly [string, JsonValue, readonly string[]]>([
    ["no schema", "int", ['/s expected a schema, got "int" [schema]']],
    ["no schema deeper down", { items: null }, ["/s/items expected a schema, got null [schema]"]],
    [
      "unknown types, each with its place",
      { type: ["int", "string", 5] },
      [
        '/s/type/0 expected one of array, boolean, integer, null, number, object, string, got "int" [unknown-type]',
        "/s/type/2 expected one of array, boolean, integer, null, number, object, string, got 5 [unknown-type]",
      ],
    ],
    ["names that are none", { required: ["a", 1] }, ["/s/required/1 expected a name, got 1 [keyword-value]"]],
    [
      "patterns that JavaScript does not know",
      { pattern: "(", patternProperties: { "a/(?>b)": true } },
      [
        "/s/pattern expected a regular expression of JavaScript, got one that compiles neither with nor without its u flag [pattern]",
        "/s/patternProperties/a~1(?>b) expected a regular expression of JavaScript, got one that compiles neither with nor without its u flag [pattern]",
      ],
    ],
    [
      "code",
      { properties: { a: { tsType: "string; alert(1)" } } },
      [
        '/s/properties/a/tsType expected no "tsType": a schema cannot hold code; describe the values instead [raw-code]',
      ],
    ],
    [
      "dynamic references",
      { $ref: "#b", $dynamicRef: "#a", items: { $recursiveRef: "#" } },
      [
        '/s/$dynamicRef expected no "$dynamicRef", got "#a"; use "$ref", which leads to one place [dynamic-reference]',
        '/s/items/$recursiveRef expected no "$recursiveRef", got "#"; use "$ref", which leads to one place [dynamic-reference]',
      ],
    ],
    [
      "vocabularies that switch keywords off or on",
      {
        $vocabulary: {
          "https://json-schema.org/draft/2020-12/vocab/core": true,
          "https://x/y": true,
          "https://z": false,
        },
      },
      [
        '/s/$vocabulary/https:~1~1x~1y expected a vocabulary of draft 2020-12, got "https://x/y" [unknown-vocabulary]',
      ],
    ],
    [
      "dependencies in both forms",
      { dependencies: { a: ["b"] }, dependentRequired: { c: ["d"] } },
      [
        '/s/dependencies expected no "dependencies" beside "dependentRequired"; move its members there [keyword-clash]',
      ],
    ],
  ])("%s", (_, schema, want) => {
    expect(read(schema, "2020-12").findings).toEqual(want);
  });

  test("nesting beyond 400 levels", () => {
    const nested = (levels: number): JsonValue =>
      Array.from({ length: levels }).reduce<JsonValue>((items) => ({ items }), true);
    expect(read(nested(400), "2020-12").findings).toEqual([]);
    expect(read(nested(402), "2020-12").findings).toEqual([
      `/s${"/items".repeat(401)} a schema is nested more than 400 levels deep; name its parts with "$ref" [too-deep]`,
    ]);
  });

  test("more than 2,000 properties in one object", () => {
    const properties = (count: number): JsonValue => ({
      properties: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, true])),
    });
    expect(read(properties(2_000), "2020-12").findings).toEqual([]);
    expect(read(properties(2_001), "2020-12").findings).toEqual([
      "/s/properties an object has 2001 properties, expected at most 2000; group them into objects [too-many-properties]",
    ]);
  });

  test("more than 300 alternatives", () => {
    const oneOf = (count: number): JsonValue => ({ oneOf: Array.from({ length: count }, () => true) });
    expect(read(oneOf(300), "2020-12").findings).toEqual([]);
    expect(read(oneOf(301), "2020-12").findings).toEqual([
      '/s/oneOf "oneOf" has 301 schemas, expected at most 300; split the type [too-many-schemas]',
    ]);
  });
});

function read(schema: JsonValue, dialect: Dialect) {
  const findings: string[] = [];
  const inner = normalise(schema, "/s", {
    dialect,
    refTo: (ref) => (ref === "nowhere" ? undefined : `type ${ref}`),
    report: (pointer, rule, message) => findings.push(`${pointer} ${message} [${rule}]`),
  });
  return { inner, findings };
}
