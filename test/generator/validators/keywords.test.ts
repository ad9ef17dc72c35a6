import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { emitValidators } from "../../../generator/src/emit/emit-validators.js";
import { checkSyntax } from "../../../generator/src/emit/syntax-check.js";
import type { InnerSchema, JsonValue } from "../../../generator/src/model/contract.js";
import { compile, setOf } from "./compile.js";

interface Case {
  readonly schema: InnerSchema;
  readonly fits: readonly JsonValue[];
  /** Each as "path keyword: expected, got", for readers and writers alike. */
  readonly refused: readonly (readonly [value: JsonValue, violation: string])[];
}

const cases: Readonly<Record<string, Case>> = {
  true: { schema: true, fits: [1, null, {}], refused: [] },
  false: {
    schema: false,
    fits: [],
    refused: [[1, " false: nothing: the schema allows no value here, an integer"]],
  },
  type: {
    schema: { type: ["string"] },
    fits: ["", "a"],
    refused: [
      [1.5, " type: text, a number"],
      [null, " type: text, null"],
      [["a"], " type: text, an array of 1 item"],
    ],
  },
  "type integer": {
    schema: { type: ["integer"] },
    fits: [1, 1.0, -0, 1e300],
    refused: [
      [1.5, " type: an integer, a number"],
      [true, " type: an integer, a boolean"],
      ["1", " type: an integer, text of 1 character"],
    ],
  },
  "type, several": {
    schema: { type: ["string", "null", "object"], minLength: 2, minProperties: 1 },
    fits: ["ab", null, { a: 1 }],
    refused: [
      ["a", " minLength: at least 2 characters, text of 1 character"],
      [{}, " minProperties: at least 1 member, an object of 0 members"],
      [[], " type: text or null or an object, an array of 0 items"],
    ],
  },
  "keywords without type": {
    schema: { minLength: 2, minimum: 2, minItems: 2, required: ["a"] },
    fits: ["ab", 2, [1, 2], { a: 1 }, null, true],
    refused: [
      ["a", " minLength: at least 2 characters, text of 1 character"],
      [1, " minimum: at least 2, an integer"],
      [[1], " minItems: at least 2 items, an array of 1 item"],
      [{}, "/a required: a value, nothing"],
    ],
  },
  const: { schema: { const: "a" }, fits: ["a"], refused: [["b", ' const: "a", text of 1 character']] },
  "const null": { schema: { const: null }, fits: [null], refused: [[0, " const: null, an integer"]] },
  "const structure": {
    schema: { const: { a: [1, { b: null }] } },
    fits: [{ a: [1, { b: null }] }],
    refused: [[{ a: [1, {}] }, " const: the one value that the schema allows, an object"]],
  },
  enum: {
    schema: { enum: ["a", 1, null] },
    fits: ["a", 1, null],
    refused: [["1", ' enum: one of "a", 1, null, text of 1 character']],
  },
  "enum within a type": {
    schema: { type: ["string"], enum: ["a", 1] },
    fits: ["a"],
    refused: [[1, ' enum: one of "a", 1, an integer']],
  },
  "enum with many values": {
    schema: { enum: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "__proto__"] },
    fits: ["a", "i", "__proto__"],
    refused: [["constructor", expect.stringContaining(" enum: one of ")]],
  },
  "no enum value": { schema: { enum: [] }, fits: [], refused: [[1, " enum: one of , an integer"]] },
  "lengths in code points": {
    schema: { type: ["string"], minLength: 2, maxLength: 2 },
    fits: ["ab", "💩💩", "a💩"],
    refused: [
      ["💩", " minLength: at least 2 characters, text of 2 characters"],
      ["a💩b", " maxLength: at most 2 characters, text of 4 characters"],
    ],
  },
  pattern: {
    schema: { type: ["string"], pattern: "^\\p{L}+$" },
    fits: ["añ"],
    refused: [["1", ' pattern: text that matches "^\\\\p{L}+$", text of 1 character']],
  },
  "pattern of old": {
    schema: { pattern: "^a\\-b$" },
    fits: ["a-b"],
    refused: [["ab", ' pattern: text that matches "^a\\\\-b$", text of 2 characters']],
  },
  "pattern that needs more time than its text is long": {
    schema: { type: ["string"], pattern: "a+b", maxLength: 9_999 },
    fits: [`${"a".repeat(3_000)}b`],
    refused: [["a".repeat(3_163), " maxLength: at most 3162 characters, text of 3163 characters"]],
  },
  "names with a pattern that needs more time": {
    schema: { patternProperties: { "a+b": { type: ["number"] } }, propertyNames: { minLength: 2 } },
    fits: [{ ab: 1, aa: "x" }],
    refused: [
      [{ ab: "x" }, "/ab type: a number, text of 1 character"],
      [{ x: 1 }, "/x minLength: at least 2 characters, text of 1 character"],
      [
        { ["a".repeat(3_200)]: 1 },
        `/${"a".repeat(128)}… maxLength: at most 3162 characters, text of 3200 characters`,
      ],
    ],
  },
  format: {
    schema: { type: ["string"], format: "date" },
    fits: ["2024-02-29"],
    refused: [
      ["2023-02-29", " format: text of format date, text of 10 characters"],
      [5, " type: text, an integer"],
    ],
  },
  "format unknown": { schema: { type: ["string"], format: "colour" }, fits: ["x"], refused: [] },
  limits: {
    schema: { type: ["number"], minimum: 1, exclusiveMaximum: 2 },
    fits: [1, 1.99],
    refused: [
      [0.5, " minimum: at least 1, a number"],
      [2, " exclusiveMaximum: less than 2, an integer"],
    ],
  },
  "other limits": {
    schema: { exclusiveMinimum: 1, maximum: 2 },
    fits: [2, 1.5, "0"],
    refused: [
      [1, " exclusiveMinimum: more than 1, an integer"],
      [3, " maximum: at most 2, an integer"],
    ],
  },
  multipleOf: {
    schema: { multipleOf: 0.01 },
    fits: [19.99, 0.07, 1e300, 0, 4.35],
    refused: [[0.075, " multipleOf: a multiple of 0.01, a number"]],
  },
  properties: {
    schema: {
      type: ["object"],
      properties: { "a/b~": { type: ["null"] }, toString: { type: ["string"] as const } },
    },
    fits: [{}, { "a/b~": null }, { toString: "own" }],
    refused: [
      [{ "a/b~": 1 }, "/a~1b~0 type: null, an integer"],
      [{ toString: 1 }, "/toString type: text, an integer"],
    ],
  },
  required: {
    schema: { properties: { a: { type: ["string"] } }, required: ["a", "valueOf"] },
    fits: [{ a: "x", valueOf: 1 }, [], "x"],
    refused: [
      [{ valueOf: 1 }, "/a required: text, nothing"],
      [{ a: "x" }, "/valueOf required: a value, nothing"],
    ],
  },
  "property counts": {
    schema: { minProperties: 1, maxProperties: 2 },
    fits: [{ a: 1 }, { a: 1, b: 2 }, []],
    refused: [
      [{}, " minProperties: at least 1 member, an object of 0 members"],
      [{ a: 1, b: 2, c: 3 }, " maxProperties: at most 2 members, an object of 3 members"],
    ],
  },
  additionalProperties: {
    schema: { type: ["object"], properties: { a: true }, additionalProperties: { type: ["number"] } },
    fits: [{ a: "x", b: 1 }],
    refused: [[{ b: "x" }, "/b type: a number, text of 1 character"]],
  },
  "additionalProperties, false": {
    schema: { properties: { a: true }, patternProperties: { "^x-": true }, additionalProperties: false },
    fits: [{ a: 1, "x-b": 2 }, 5],
    refused: [
      [
        { a: 1, "y/": 2 },
        "/y~1 additionalProperties: no member of this name: the schema does not declare it, an integer",
      ],
    ],
  },
  patternProperties: {
    schema: { patternProperties: { "^n": { type: ["number"] }, m$: { minimum: 2 } } },
    fits: [{ n: 1, nm: 2, z: null }],
    refused: [
      [{ n: "1" }, "/n type: a number, text of 1 character"],
      [{ nm: 1 }, "/nm minimum: at least 2, an integer"],
    ],
  },
  propertyNames: {
    schema: { propertyNames: { maxLength: 2 } },
    fits: [{ ab: 1 }],
    refused: [[{ abc: 1 }, "/abc maxLength: at most 2 characters, text of 3 characters"]],
  },
  dependentRequired: {
    schema: { dependentRequired: { a: ["b"] } },
    fits: [{}, { b: 1 }, { a: 1, b: 1 }],
    refused: [[{ a: 1 }, '/b dependentRequired: a value, because "a" is there, nothing']],
  },
  dependentSchemas: {
    schema: { dependentSchemas: { a: { maxProperties: 1 } } },
    fits: [{ a: 1 }, { b: 1, c: 2 }],
    refused: [[{ a: 1, b: 1 }, " maxProperties: at most 1 member, an object of 2 members"]],
  },
  items: {
    schema: { type: ["array"], items: { type: ["number"] }, maxItems: 2 },
    fits: [[], [1, 2]],
    refused: [
      [[1, "2"], "/1 type: a number, text of 1 character"],
      [[1, 2, 3], " maxItems: at most 2 items, an array of 3 items"],
    ],
  },
  prefixItems: {
    schema: { prefixItems: [{ type: ["number"] }, { type: ["string"] }], items: false },
    fits: [[], [1], [1, "a"]],
    refused: [
      [["1"], "/0 type: a number, text of 1 character"],
      [[1, "a", null], " maxItems: at most 2 items, an array of 3 items"],
    ],
  },
  uniqueItems: {
    schema: { uniqueItems: true },
    fits: [[1, "1", true, null, [1], { a: 1 }]],
    refused: [
      [[1, 2, 1], " uniqueItems: items that all differ, an array of 3 items"],
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        " uniqueItems: items that all differ, an array of 2 items",
      ],
    ],
  },
  contains: {
    schema: { contains: { type: ["string"] }, minContains: 1, maxContains: 2 },
    fits: [["a"], [1, "a", "b"]],
    refused: [
      [[1], " minContains: at least 1 item of the kind that the schema wants, an array of 1 item"],
      [
        ["a", "b", "c"],
        " maxContains: at most 2 items of the kind that the schema limits, an array of 3 items",
      ],
    ],
  },
  allOf: {
    schema: { allOf: [{ type: ["object"] }, { properties: { a: { type: ["number"] } } }] },
    fits: [{ a: 1 }],
    refused: [
      [1, " type: an object, an integer"],
      [{ a: "x" }, "/a type: a number, text of 1 character"],
    ],
  },
  "union of kinds": {
    schema: {
      anyOf: [
        { type: ["string"], minLength: 1 },
        { type: ["null"] },
        { type: ["array"], items: { const: 1 } },
      ],
    },
    fits: ["a", null, [1]],
    refused: [
      ["", " minLength: at least 1 character, text of 0 characters"],
      [[2], "/0 const: 1, an integer"],
      [5, " anyOf: text or null or an array, an integer"],
    ],
  },
  "union with a tag": {
    schema: {
      oneOf: (["a", "b"] as const).map((kind) => ({
        type: ["object"] as const,
        properties: { kind: { const: kind }, [kind]: { type: ["number"] as const } },
        required: ["kind", kind],
      })),
    },
    fits: [{ kind: "a", a: 1 }],
    refused: [
      [{ kind: "b", b: "x" }, "/b type: a number, text of 1 character"],
      [{ kind: "c" }, '/kind enum: one of "a", "b", text of 1 character'],
      [{}, '/kind required: one of "a", "b", nothing'],
      [null, " oneOf: an object, null"],
    ],
  },
  "union whose tag may be left out": {
    schema: {
      anyOf: [
        { type: ["object"], properties: { kind: { const: "a" }, a: { type: ["number"] } } },
        { type: ["object"], properties: { kind: { const: "b" }, a: { type: ["number"] } } },
      ],
    },
    fits: [{}, { kind: "b" }, { a: 1 }],
    refused: [[{ kind: "c" }, expect.stringContaining(" anyOf: a value that fits one of 2 alternatives")]],
  },
  "union by trial": {
    schema: {
      anyOf: [
        { type: ["string"], format: "ipv4" },
        { type: ["string"], format: "ipv6" },
      ],
    },
    fits: ["127.0.0.1", "::1"],
    refused: [
      [
        "x",
        " anyOf: a value that fits one of 2 alternatives, text of 1 character that fits none of 2 alternatives",
      ],
    ],
  },
  "union whose closest branch is clear": {
    schema: {
      anyOf: [
        { properties: { a: { const: 1 } }, required: ["a"] },
        { required: ["b"], minProperties: 5 },
      ],
    },
    fits: [{ a: 1 }],
    refused: [[{ a: 2, b: 1 }, "/a const: 1, an integer"]],
  },
  oneOf: {
    schema: { oneOf: [{ minimum: 2 }, { maximum: 3 }] },
    fits: [1, 4],
    refused: [[2, " oneOf: a value that fits exactly one of 2 alternatives, a value that fits several"]],
  },
  not: {
    schema: { not: { type: ["string"] } },
    fits: [1],
    refused: [["a", " not: a value that the schema does not rule out, text of 1 character"]],
  },
  if: {
    // biome-ignore lint/suspicious/noThenProperty: the keyword's name
    schema: { if: { type: ["string"] }, then: { minLength: 1 }, else: { minimum: 0 } },
    fits: ["a", 1, null],
    refused: [
      ["", " minLength: at least 1 character, text of 0 characters"],
      [-1, " minimum: at least 0, an integer"],
    ],
  },
  unevaluatedProperties: {
    schema: {
      allOf: [{ properties: { a: true } }],
      anyOf: [{ required: ["b"], properties: { b: true } }, true],
      unevaluatedProperties: false,
    },
    fits: [{ a: 1 }, { a: 1, b: 1 }],
    refused: [
      [
        { c: 1 },
        "/c additionalProperties: no member of this name: the schema does not declare it, an integer",
      ],
    ],
  },
  "unevaluatedProperties beside a pattern that asks nothing": {
    schema: {
      allOf: [{ minProperties: 1 }],
      patternProperties: { "^a": true },
      unevaluatedProperties: false,
    },
    fits: [{ a: 1 }],
    refused: [
      [
        { b: 1 },
        "/b additionalProperties: no member of this name: the schema does not declare it, an integer",
      ],
    ],
  },
  "unevaluatedItems within unevaluatedProperties": {
    schema: {
      allOf: [{ allOf: [{ properties: { a: true } }], unevaluatedItems: false }],
      unevaluatedProperties: false,
    },
    fits: [{ a: 1 }],
    refused: [
      [
        { b: 1 },
        "/b additionalProperties: no member of this name: the schema does not declare it, an integer",
      ],
      [[1], "/0 unevaluatedItems: no item here: the schema does not declare it, an integer"],
    ],
  },
  "unevaluatedProperties with a schema": {
    schema: { allOf: [{ properties: { a: true } }], unevaluatedProperties: { type: ["number"] } },
    fits: [{ a: "x", b: 1 }],
    refused: [[{ a: 1, b: "x" }, "/b type: a number, text of 1 character"]],
  },
  unevaluatedItems: {
    schema: {
      allOf: [{ prefixItems: [true] }],
      contains: { const: "x" },
      unevaluatedItems: { type: ["number"] },
    },
    fits: [["a", "x", 1]],
    refused: [[["a", "x", "b"], "/2 type: a number, text of 1 character"]],
  },
  "unevaluatedItems, false": {
    schema: { allOf: [{ prefixItems: [true] }], unevaluatedItems: false },
    fits: [[1]],
    refused: [[[1, 2], "/1 unevaluatedItems: no item here: the schema does not declare it, an integer"]],
  },
};

test.for(Object.entries(cases))("validators: %s", async ([, { schema, fits, refused }]) => {
  const validate = await compile(schema);
  for (const closed of [false, true]) {
    for (const value of fits) expect([value, validate(plain(value), closed)]).toEqual([value, undefined]);
    for (const [value, wanted] of refused) {
      const violation = validate(plain(value), closed);
      const { path, keyword, expected, got } = violation ?? { path: "", keyword: "", expected: "", got: "" };
      expect([value, `${path} ${keyword}: ${expected}, ${got}`]).toEqual([value, wanted]);
    }
  }
});

test("validators: hold nothing that the last gate before writing refuses", () => {
  const schemas = Object.values(cases).map(({ schema }, index) => [`T${index}`, schema] as const);
  const files = emitValidators(setOf(Object.fromEntries(schemas)), "ts");
  expect(() => checkSyntax(files, ts)).not.toThrow();
});

/** As a payload arrives. */
function plain(value: JsonValue): unknown {
  return JSON.parse(JSON.stringify(value));
}
