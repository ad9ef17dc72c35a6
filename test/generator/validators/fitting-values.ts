import fc from "fast-check";
import type { InnerSchema, InnerSchemaObject } from "../../../generator/src/model/contract.js";
import { strange } from "./strange-values.js";

/** A schema, the types that it refers to, and a value that it takes unless something in it is too strange. */
export interface Fitting {
  readonly schema: InnerSchema;
  readonly types: Readonly<Record<string, InnerSchema>>;
  readonly value: unknown;
}

const texts = fc.constantFrom("a", "", "🍵", "\ud800", "b\udc00");
const scalar = fc.constantFrom<unknown>("a", 1, 1.5, -0, true, null);

const leaf: fc.Arbitrary<Fitting> = fc.oneof(
  pair([true, {}], strange),
  pair([true, {}, { title: "T" }], fc.oneof(scalar, strange)),
  pair([{ type: ["string"] }, { type: ["string"], maxLength: 9 }, { type: ["string", "null"] }], texts),
  pair([{ enum: ["a", 1, "\ud800", null] }], fc.constantFrom<unknown>("a", 1, "\ud800", null)),
  pair(
    [{ enum: ["a", { a: 1 }] }],
    fc.constantFrom<unknown>("a", { a: 1 }, Object.create({ b: 1 }, { a: { value: 1, enumerable: true } })),
  ),
  pair([{ const: "a" }, { type: ["string"], enum: ["a", "b"] }], fc.constant("a")),
  pair([{ type: ["string"], format: "uuid" }], fc.constant("1b4e28ba-2fa1-4d2f-883f-0016d3cca427")),
  pair([{ type: ["string"], format: "json-pointer" }], fc.constantFrom("/a", "/\ud800")),
  pair([{ type: ["number"] }, { minimum: 0 }], fc.constantFrom(0, 1.5, Number.POSITIVE_INFINITY)),
  pair([{ type: ["boolean", "integer"] }], fc.constantFrom<unknown>(1, true)),
  pair([{ type: ["object"] }, { type: ["array", "object"] }, { minProperties: 0 }], strange),
);

function pair(schemas: readonly InnerSchema[], values: fc.Arbitrary<unknown>): fc.Arbitrary<Fitting> {
  return fc.record({ schema: fc.constantFrom(...schemas), types: fc.constant({}), value: values });
}

interface Member extends Fitting {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isThere: boolean;
}

function objectOf(any: fc.Arbitrary<Fitting>): fc.Arbitrary<Fitting> {
  const member: fc.Arbitrary<Member> = fc
    .record({
      name: fc.constantFrom("a", "b", "toString", "toJSON", "\ud800"),
      isRequired: fc.boolean(),
      isThere: fc.boolean(),
    })
    .chain((facts) => any.map((fit) => ({ ...fit, ...facts })));
  const members = fc.uniqueArray(member, { maxLength: 3, selector: ({ name }) => name });
  return fc
    .record({ members, more: any, closing: fc.constantFrom(...closings), dress: fc.constantFrom(...dresses) })
    .map(({ members: all, more, closing, dress }) => {
      const schemas = Object.fromEntries(all.map(({ name, schema }) => [name, schema]));
      const required = all.filter(({ isRequired }) => isRequired).map(({ name }) => name);
      const there = all.filter(({ isRequired, isThere }) => isRequired || isThere);
      const { extra, ...keywords } = closing(more.schema);
      return {
        schema: {
          type: ["object"],
          properties: schemas,
          ...(required.length > 0 && { required }),
          ...keywords,
        },
        types: Object.assign({}, more.types, ...all.map(({ types }) => types)),
        value: dress({
          ...Object.fromEntries(there.map(({ name, value }) => [name, value])),
          ...(extra !== undefined && { [extra]: more.value }),
        }),
      };
    });
}

type Closing = (more: InnerSchema) => InnerSchemaObject & { readonly extra?: string };

/** How members that `properties` does not name are spoken for, and the name of one that is there. */
const closings: readonly Closing[] = [
  () => ({}),
  () => ({ additionalProperties: false }),
  () => ({ additionalProperties: true, extra: "more" }),
  (more) => ({ additionalProperties: more, extra: "more" }),
  (more) => ({ additionalProperties: more, extra: "more\ud800" }),
  (more) => ({ patternProperties: { "^m": more }, extra: "more" }),
  () => ({ patternProperties: { "^m": true }, extra: "more" }),
  (more) => ({ patternProperties: { "^m": more }, additionalProperties: false, extra: "more" }),
  () => ({ patternProperties: { "^m": true }, additionalProperties: false, extra: "more" }),
  (more) => ({ patternProperties: { "^x": true, "^m": more }, extra: "x" }),
  () => ({ propertyNames: { maxLength: 9 } }),
  () => ({ required: ["more"], extra: "more" }),
  (more) => ({ unevaluatedProperties: more, extra: "more" }),
  (more) => ({ dependentSchemas: { more: { properties: { more } } }, extra: "more" }),
  // biome-ignore lint/suspicious/noThenProperty: the keyword's name
  (more) => ({ if: { required: ["more"] }, then: { properties: { more } }, extra: "more" }),
];

class Dressed {
  constructor(value: object) {
    Object.assign(this, value);
  }
}

/** What an object may be beside its members. */
const dresses: readonly ((value: object) => object)[] = [
  (value) => value,
  (value) => value,
  (value) => value,
  (value) => Object.assign(Object.create(null), value),
  (value) => Object.assign(Object.create({ inherited: 1 }), value),
  (value) => new Dressed(value),
  (value) => new Proxy(value, {}),
  (value) => ({ ...value, undeclared: undefined }),
  (value) => ({ ...value, [Symbol("a")]: 1 }),
  (value) => Object.defineProperty(value, "toJSON", { value: () => 1 }),
];

function arrayOf(any: fc.Arbitrary<Fitting>): fc.Arbitrary<Fitting> {
  const keywords: readonly ((items: InnerSchema) => InnerSchemaObject)[] = [
    (items) => ({ items }),
    (items) => ({ prefixItems: [items], items: true }),
    (items) => ({ prefixItems: [true, items], items: false }),
    (items) => ({ prefixItems: [items] }),
    (items) => ({ contains: items }),
    (items) => ({ contains: items, unevaluatedItems: true }),
    (items) => ({ prefixItems: [items], unevaluatedItems: items }),
    () => ({ maxItems: 3 }),
  ];
  const lists: readonly ((value: unknown) => unknown[])[] = [
    () => [],
    (value) => [value],
    (value) => [value, value],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about
    (value) => [value, , value],
    (value) => Object.assign([value], { name: Number.NaN }),
  ];
  return fc
    .record({ item: any, keyword: fc.constantFrom(...keywords), list: fc.constantFrom(...lists) })
    .map(({ item: { schema, types, value }, keyword, list }) => ({
      schema: { type: ["array"], ...keyword(schema) },
      types,
      value: list(value),
    }));
}

/** The same value, with its schema in a composition. */
function wrapped(any: fc.Arbitrary<Fitting>): fc.Arbitrary<Fitting> {
  const wrappers: readonly ((schema: InnerSchema, other: InnerSchema) => InnerSchema)[] = [
    (schema) => ({ allOf: [schema] }),
    (schema) => ({ allOf: [true, schema] }),
    (schema, other) => ({ allOf: [schema, { anyOf: [other, true] }] }),
    (schema) => ({ allOf: [{ title: "T" }, schema], title: "U" }),
    (schema) => ({ anyOf: [schema, { type: ["null"] }] }),
    (schema) => ({ anyOf: [schema, true] }),
    (schema) => ({ anyOf: [{ const: "never" }, schema] }),
    (schema, other) => ({ anyOf: [schema, other] }),
    (schema, other) => ({ anyOf: [schema, { properties: { a: other } }] }),
    (schema) => ({ oneOf: [schema, { const: "never" }] }),
    (schema, other) => ({ oneOf: [schema, other] }),
    // biome-ignore lint/suspicious/noThenProperty: the keyword's name
    (schema, other) => ({ if: other, then: schema, else: schema }),
    (schema, other) => ({ not: { allOf: [{ not: schema }, other] } }),
    (schema) => ({ type: ["object", "string", "array", "number"], allOf: [schema] }),
    (schema) => ({ allOf: [schema], unevaluatedProperties: false }),
    (schema, other) => ({ allOf: [schema], unevaluatedProperties: other, unevaluatedItems: other }),
  ];
  const composed = fc
    .record({ inner: any, other: any, wrap: fc.constantFrom(...wrappers) })
    .map(({ inner, other, wrap }) => ({
      schema: wrap(inner.schema, other.schema),
      types: { ...inner.types, ...other.types },
      value: inner.value,
    }));
  const joined = fc.record({ left: any, right: any }).map(({ left, right }) => ({
    schema: { anyOf: [{ properties: { a: left.schema } }, { properties: { b: right.schema } }] },
    types: { ...left.types, ...right.types },
    value: { a: left.value, b: right.value },
  }));
  const named = fc.record({ inner: any, id: fc.nat() }).map(({ inner, id }) => ({
    schema: { $ref: `Named${id}` },
    types: { ...inner.types, [`Named${id}`]: inner.schema },
    value: inner.value,
  }));
  return fc.oneof(
    { weight: 4, arbitrary: composed },
    { weight: 1, arbitrary: joined },
    { weight: 3, arbitrary: named },
  );
}

/** Schemas and values up to a few levels. */
export const fitting: fc.Arbitrary<Fitting> = fc.letrec<{ any: Fitting }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    { weight: 2, arbitrary: leaf },
    { weight: 4, arbitrary: objectOf(tie("any")) },
    { weight: 2, arbitrary: arrayOf(tie("any")) },
    { weight: 3, arbitrary: wrapped(tie("any")) },
  ),
})).any;
