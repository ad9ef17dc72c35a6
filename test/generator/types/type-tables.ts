import type { JsonValue } from "../../../generator/src/model/contract.js";
import type { Dialect } from "../../helpers/named-types.js";

export interface TypeRow {
  readonly title: string;
  readonly schema: JsonValue;
  readonly dialect?: Dialect;
  /** The declaration of type `T`, without `export`. `Named` and `Mixed` stand in the test. */
  readonly want: string;
  /** Values that the schema accepts: they must fit. */
  readonly takes: readonly JsonValue[];
  /** Values that the compiler must refuse. */
  readonly refuses: readonly JsonValue[];
}

/** A typeless schema as TypeScript writes it: whatever it says of one kind, it accepts all others. */
const otherThanArray = "boolean | null | number | string";

/** Schemas of which json-schema-to-typescript, asked directly, makes a wrong type or none. */
export const mendedRows: readonly TypeRow[] = [
  ...(
    [
      { description: "d" },
      { format: "email" },
      { minLength: 1 },
      { not: { minLength: 1 } },
      { "x-foo": 1 },
      { if: { minLength: 1 } },
      { default: 1 },
      { title: "String" },
    ] as const
  ).map((schema) => ({
    title: `typeless: ${JSON.stringify(schema)}`,
    schema: { type: "object", properties: { k: schema } },
    want: "k?: unknown;",
    takes: [{}, { k: 1 }, { k: "a" }, { k: null }, { k: [] }, { k: {} }],
    refuses: [{ l: 1 }],
  })),
  {
    title: "array of bounded arrays",
    schema: { type: "array", items: { type: "array", minItems: 2, maxItems: 3, items: { type: "string" } } },
    want: "type T = readonly (readonly [string, string] | readonly [string, string, string])[];",
    takes: [
      [],
      [["a", "b"]],
      [
        ["a", "b", "c"],
        ["a", "b"],
      ],
    ],
    refuses: [["a"], [["a"]], [["a", "b", "c", "d"]], [["a", 1]]],
  },
  {
    title: "prefixItems before items",
    schema: { type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } },
    want: "type T = readonly [] | readonly [string, ...number[]];",
    takes: [[], ["a"], ["a", 1, 2]],
    refuses: [[1], ["a", "b"], {}],
  },
  {
    title: "prefixItems before items, with a least length",
    schema: { type: "array", prefixItems: [{ type: "string" }], items: { type: "number" }, minItems: 1 },
    want: "type T = readonly [string, ...number[]];",
    takes: [["a"], ["a", 1, 2]],
    refuses: [[], [1]],
  },
  {
    title: "closed prefixItems",
    schema: { type: "array", prefixItems: [{ type: "string" }, { type: "null" }], items: false, minItems: 2 },
    want: "type T = readonly [string, null];",
    takes: [["a", null]],
    refuses: [[], ["a"], ["a", null, 1]],
  },
  {
    title: "prefixItems alone",
    schema: { type: "array", prefixItems: [{ type: "string" }] },
    want: "type T = readonly [] | readonly [string, ...unknown[]];",
    takes: [[], ["a"], ["a", 1, {}]],
    refuses: [[1], "a"],
  },
  {
    title: "prefixItems without a type",
    schema: { prefixItems: [{ type: "string" }] },
    want: `type T = ${otherThanArray} | readonly [] | readonly [string, ...unknown[]] | { readonly [name: string]: unknown; };`,
    takes: [[], ["a", 1], 1, null, "a", { a: 1 }],
    refuses: [[1]],
  },
  {
    title: "positions of draft-07",
    dialect: "draft-07",
    schema: { type: "array", items: [{ type: "string" }], additionalItems: { type: "number" }, minItems: 1 },
    want: "type T = readonly [string, ...number[]];",
    takes: [["a"], ["a", 1]],
    refuses: [[], ["a", "b"]],
  },
  {
    title: "prefixItems means nothing in draft-07",
    dialect: "draft-07",
    schema: { type: "array", prefixItems: [{ type: "string" }] },
    want: "type T = readonly unknown[];",
    takes: [[], [1]],
    refuses: [1],
  },
  {
    title: "open patternProperties",
    schema: { type: "object", patternProperties: { "^x-": { type: "number" } } },
    want: "interface T { readonly [name: string]: unknown; }",
    takes: [{}, { "x-a": 1 }, { a: "b" }],
    refuses: [1, []],
  },
  {
    title: "closed patternProperties beside properties",
    schema: {
      type: "object",
      properties: { a: { type: "string" } },
      patternProperties: { "^x-": { type: "number" } },
      additionalProperties: false,
    },
    want: "interface T { readonly a?: string; readonly [name: string]: number | string | undefined; }",
    takes: [{}, { a: "a", "x-a": 1 }],
    refuses: [{ a: 1 }, { "x-a": true }],
  },
  {
    title: "$ref with siblings",
    schema: { $ref: "Named", properties: { z: { type: "boolean" } } },
    want: "type T = Named & { readonly z?: boolean; };",
    takes: [{ a: "a" }, { a: "a", b: 1, z: true }],
    refuses: [{ z: true }, { a: 1 }, { a: "a", z: 1 }, { a: "a", y: 1 }],
  },
  {
    title: "$ref of draft-07 hides its siblings",
    dialect: "draft-07",
    schema: { $ref: "Named", properties: { z: { type: "boolean" } } },
    want: "type T = Named;",
    takes: [{ a: "a" }],
    refuses: [{ z: true }],
  },
  {
    title: "$ref that requires more",
    schema: { $ref: "Named", required: ["b"] },
    want: "type T = Named & { readonly b: unknown; };",
    takes: [{ a: "a", b: 1 }],
    refuses: [{ a: "a" }, { a: "a", b: "b" }, { a: "a", b: 1, c: 1 }],
  },
  {
    title: "$ref to a type of several kinds with siblings",
    schema: { $ref: "Mixed", properties: { z: { type: "boolean" } } },
    want: "readonly length?: readonly [string]; readonly z?: boolean; };",
    takes: [1, [], { z: true, length: ["a"] }],
    refuses: [{ z: 1 }, { length: 1 }],
  },
  {
    title: "member of any type beside a type for all others",
    schema: { type: "object", properties: { a: true }, additionalProperties: { type: "number" } },
    want: "interface T { readonly a?: unknown; readonly [name: string]: unknown; }",
    takes: [{ a: "a", b: 1 }],
    refuses: [1],
  },
  {
    title: "required member that is not listed",
    schema: { type: "object", properties: { b: { type: "string" } }, required: ["a"] },
    want: "interface T { readonly b?: string; readonly a: unknown; }",
    takes: [{ a: 1 }, { a: null, b: "b" }],
    refuses: [{}, { b: "b" }, { a: 1, b: 1 }],
  },
  {
    title: "enum with values of another type",
    schema: { type: "string", enum: ["a", 1] },
    want: 'type T = "a";',
    takes: ["a"],
    refuses: [1, "b"],
  },
  {
    title: "enum of whole numbers",
    schema: { type: "integer", enum: [1, 1.5, -2] },
    want: "type T = 1 | -2;",
    takes: [1, -2],
    refuses: [1.5],
  },
  {
    title: "member of Object.prototype",
    schema: {
      type: "object",
      properties: { toString: { type: "string" }, constructor: { type: "number" } },
      required: ["constructor"],
    },
    want: "interface T { readonly toString?: unknown; readonly constructor: number; }",
    takes: [{ constructor: 1 }, { constructor: 1, toString: "a" }],
    refuses: [{ toString: "a" }, { constructor: "a" }],
  },
  {
    title: "member __proto__",
    schema: JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"number"}},"required":["__proto__"]}',
    ),
    want: 'interface T { readonly ["__proto__"]: number; }',
    takes: [JSON.parse('{"__proto__":1}')],
    refuses: [{}, JSON.parse('{"__proto__":"a"}')],
  },
  {
    title: "maxItems that would take many tuples",
    schema: { type: "array", items: { type: "string" }, maxItems: 20 },
    want: "type T = readonly string[];",
    takes: [[], ["a"]],
    refuses: [[1]],
  },
  {
    title: "minItems that would take a long tuple",
    schema: { type: "array", items: { type: "string" }, minItems: 1_000, maxItems: 1_000_000_000 },
    want: "type T = readonly string[];",
    takes: [Array.from({ length: 1_000 }, () => "a")],
    refuses: [[1]],
  },
  {
    title: "tuples that would repeat a long item",
    schema: { type: "array", items: { enum: ["a", "b", "c", "d"] }, maxItems: 4 },
    want: 'type T = readonly ("a" | "b" | "c" | "d")[];',
    takes: [[], ["a", "b", "c", "d"]],
    refuses: [["e"]],
  },
  {
    title: "bounded arrays in bounded arrays",
    schema: nest(20, (items) => ({ type: "array", items, maxItems: 4 }), { type: "string" }),
    want: `type T = ${"readonly (".repeat(19)}readonly [] | readonly [string]`,
    takes: [[], nest<JsonValue>(20, (item) => [item], "a")],
    refuses: [1],
  },
  {
    title: "unevaluatedProperties beside allOf",
    schema: {
      type: "object",
      allOf: [{ properties: { a: { type: "string" } } }, { patternProperties: { "^x-": {} } }],
      unevaluatedProperties: false,
    },
    want: "interface T { readonly a?: string; readonly [name: string]: unknown; }",
    takes: [{}, { a: "a", "x-b": 1 }],
    refuses: [{ a: 1 }],
  },
];

/** What schemas mean in TypeScript, keyword by keyword. */
export const meaningRows: readonly TypeRow[] = [
  { title: "true", schema: true, want: "type T = unknown;", takes: [1, null, {}], refuses: [] },
  { title: "false", schema: false, want: "type T = never;", takes: [], refuses: [1, null, {}] },
  { title: "empty enum", schema: { enum: [] }, want: "type T = never;", takes: [], refuses: [1, null] },
  {
    title: "bare string",
    schema: { type: "string" },
    want: "type T = string;",
    takes: ["a"],
    refuses: [1, null],
  },
  {
    title: "nullable type",
    schema: { type: ["integer", "null"] },
    want: "type T = number | null;",
    takes: [1, null],
    refuses: ["a", true],
  },
  {
    title: "nullable of OpenAPI",
    schema: { type: "string", enum: ["a"], nullable: true },
    want: 'type T = "a" | null;',
    takes: ["a", null],
    refuses: ["b"],
  },
  {
    title: "nullable of OpenAPI beside a reference",
    schema: { allOf: [{ $ref: "Named" }], nullable: true },
    want: "type T = Named | null;",
    takes: [{ a: "a" }, null],
    refuses: [1],
  },
  {
    title: "mixed enum",
    schema: { enum: ["a", 1, true, null, [1, { b: 2 }], { c: "d" }] },
    want: 'type T = "a" | 1 | true | null | readonly [1, { readonly b: 2; }] | { readonly c: "d"; };',
    takes: ["a", 1, true, null, [1, { b: 2 }], { c: "d" }],
    refuses: ["b", 2, false, [1], [1, {}], { c: "e" }, {}],
  },
  {
    title: "both booleans",
    schema: { enum: [false, true] },
    want: "type T = boolean;",
    takes: [true, false],
    refuses: [0],
  },
  {
    title: "open enumeration",
    schema: { type: "string", "x-extensible-enum": ["a", "b"] },
    want: 'type T = "a" | "b" | (string & {});',
    takes: ["a", "z"],
    refuses: [1],
  },
  {
    title: "enum of too many values",
    schema: { enum: Array.from({ length: 1_001 }, (_, index) => `v${index}`) },
    want: "type T = string;",
    takes: ["v1"],
    refuses: [1],
  },
  {
    title: "typeless object",
    schema: { properties: { a: { type: "string" } } },
    want: `type T = ${otherThanArray} | readonly unknown[] | { readonly a?: string; };`,
    takes: [1, [], null, {}, { a: "a" }],
    refuses: [{ a: 1 }, { b: 1 }],
  },
  {
    title: "object that says nothing of its members",
    schema: { type: "object" },
    want: "interface T { readonly [name: string]: unknown; }",
    takes: [{}, { a: 1 }],
    refuses: [[], 1],
  },
  {
    title: "object without any member",
    schema: { type: "object", additionalProperties: false },
    want: "interface T { readonly [name: string]: never; }",
    takes: [{}],
    refuses: [{ a: 1 }],
  },
  {
    title: "object that lists members is closed",
    schema: { type: "object", properties: { a: { type: "string" } } },
    want: "interface T { readonly a?: string; }",
    takes: [{}, { a: "a" }],
    refuses: [{ b: 1 }],
  },
  {
    title: "object that is open by its own words",
    schema: { type: "object", properties: { a: { type: "string" } }, additionalProperties: true },
    want: "interface T { readonly a?: string; readonly [name: string]: unknown; }",
    takes: [{}, { a: "a", b: 1 }],
    refuses: [{ a: 1 }],
  },
  {
    title: "impossible member",
    schema: { type: "object", properties: { a: false } },
    want: "interface T { readonly a?: never; }",
    takes: [{}],
    refuses: [{ a: 1 }],
  },
  {
    title: "allOf is merged",
    schema: {
      type: "object",
      properties: { a: { type: ["string", "number"] } },
      allOf: [
        { properties: { a: { type: "string" }, b: { type: "number" } }, required: ["b"] },
        { properties: { c: { type: "null" } } },
      ],
    },
    want: "interface T { readonly a?: string; readonly b: number; readonly c?: null; }",
    takes: [{ b: 1 }, { a: "a", b: 1, c: null }],
    refuses: [{}, { a: 1, b: 1 }, { b: 1, d: 1 }],
  },
  {
    title: "allOf that closes one part",
    schema: {
      type: "object",
      allOf: [
        { properties: { a: { type: "string" } }, additionalProperties: false },
        { properties: { b: { type: "string" } } },
      ],
    },
    want: "interface T { readonly a?: string; readonly b?: never; }",
    takes: [{}, { a: "a" }],
    refuses: [{ b: "b" }],
  },
  {
    title: "oneOf told apart by a constant",
    schema: {
      oneOf: [
        { type: "object", properties: { kind: { const: "a" }, x: { type: "number" } }, required: ["kind"] },
        { type: "object", properties: { kind: { const: "b" } }, required: ["kind"] },
      ],
    },
    want: 'type T = { readonly kind: "a"; readonly x?: number; } | { readonly kind: "b"; };',
    takes: [{ kind: "a" }, { kind: "a", x: 1 }, { kind: "b" }],
    refuses: [{}, { kind: "c" }, { kind: "b", x: 1 }],
  },
  {
    title: "base beside oneOf",
    schema: {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      oneOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    want: "type T = { readonly a?: string; readonly b?: string; } & ({ readonly a: unknown; } | { readonly b: unknown; });",
    takes: [{ a: "a" }, { b: "b" }],
    refuses: [{}, { a: 1 }, { a: "a", c: 1 }],
  },
  {
    title: "anyOf narrowed by type",
    schema: { type: ["string", "object"], anyOf: [{ const: "a" }, { required: ["x"] }] },
    want: "type T = string | { readonly x: unknown; readonly [name: string]: unknown; };",
    takes: ["a", "b", { x: 1 }],
    refuses: [1, {}, []],
  },
  {
    title: "if, then and else",
    schema: {
      type: "object",
      properties: { kind: { type: "string" } },
      required: ["kind"],
      if: { properties: { kind: { const: "a" } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { x: { type: "number" } }, required: ["x"] },
      else: { properties: { y: { type: "number" } }, required: ["y"] },
    },
    want: "type T = { readonly kind: string; } & ",
    takes: [
      { kind: "a", x: 1 },
      { kind: "b", y: 1 },
    ],
    refuses: [{ kind: "a" }, { kind: "a", x: "a" }, { kind: "b", z: 1 }],
  },
  {
    title: "if and then only make room for members",
    schema: {
      type: "object",
      properties: { kind: { type: "string" } },
      if: { properties: { kind: { const: "a" } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { x: { type: "number" } }, required: ["x"] },
    },
    want: "interface T { readonly kind?: string; readonly x?: unknown; }",
    takes: [{}, { kind: "a", x: 1 }],
    refuses: [{ z: 1 }],
  },
  {
    title: "dependentSchemas and dependentRequired only make room for members",
    schema: {
      type: "object",
      properties: { a: {} },
      dependentSchemas: { a: { properties: { b: { type: "string" } } } },
      dependentRequired: { a: ["c"] },
    },
    want: "interface T { readonly a?: unknown; readonly c?: unknown; readonly b?: unknown; }",
    takes: [{}, { a: 1, b: "b", c: 1 }],
    refuses: [{ z: 1 }],
  },
  {
    title: "not of a type",
    schema: { not: { type: ["null", "object"] } },
    want: "type T = boolean | number | string | readonly unknown[];",
    takes: [1, "a", true, []],
    refuses: [null, {}],
  },
  { title: "not of anything", schema: { not: {} }, want: "type T = never;", takes: [], refuses: [1, {}] },
  {
    title: "propertyNames that lists names",
    schema: { type: "object", propertyNames: { enum: ["a", "b"] }, additionalProperties: { type: "number" } },
    want: "interface T { readonly a?: number; readonly b?: number; }",
    takes: [{}, { a: 1, b: 2 }],
    refuses: [{ c: 1 }, { a: "a" }],
  },
  {
    title: "contains asks for an item",
    schema: { type: "array", contains: { const: 1 } },
    want: "type T = readonly [unknown, ...unknown[]];",
    takes: [[1], ["a", 1]],
    refuses: [[], {}],
  },
  {
    title: "a branch that takes any object keeps the whole open",
    schema: {
      type: "object",
      anyOf: [{ const: {} }, { required: [] }],
      dependentRequired: { a: ["b"] },
    },
    want: "type T = { readonly a?: unknown; readonly b?: unknown; readonly [name: string]: unknown; } & ({ readonly [name: string]: never; } | { readonly [name: string]: unknown; });",
    takes: [{}, { c: 1 }, { a: 1, b: 2 }],
    refuses: [[]],
  },
  {
    title: "recursion",
    schema: { anyOf: [{ type: "string" }, { type: "array", items: { $ref: "T" } }] },
    want: "type T = string | readonly T[];",
    takes: ["a", [], ["a", ["b"]]],
    refuses: [1, [1]],
  },
];

function nest<Value>(times: number, wrap: (value: Value) => Value, value: Value): Value {
  return times === 0 ? value : nest(times - 1, wrap, wrap(value));
}
