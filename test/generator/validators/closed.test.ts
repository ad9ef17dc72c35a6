import { expect, test } from "vitest";
import type { InnerSchema } from "../../../generator/src/model/contract.js";
import { compile } from "./compile.js";

interface Case {
  readonly schema: InnerSchema;
  readonly types?: Readonly<Record<string, InnerSchema>>;
  /** What a writer may send. */
  readonly sent: readonly unknown[];
  /** What a reader takes though a writer may not send it, each with the path of the member. */
  readonly taken: readonly (readonly [value: unknown, path: string])[];
}

const base: InnerSchema = { type: ["object"], properties: { id: { type: ["integer"] } }, required: ["id"] };
const named: InnerSchema = { properties: { name: { type: ["string"] } } };

const cases: Readonly<Record<string, Case>> = {
  "an object with properties": {
    schema: base,
    sent: [{ id: 1 }],
    taken: [
      [{ id: 1, x: 1 }, "/x"],
      [{ id: 1, "a/b": null }, "/a~1b"],
      [JSON.parse('{"id":1,"__proto__":{}}'), "/__proto__"],
    ],
  },
  "an object without properties stays open": { schema: { type: ["object"] }, sent: [{ a: 1 }], taken: [] },
  "objects in members, items and other members": {
    schema: {
      properties: { a: base },
      patternProperties: { "^x-": { items: base } },
      additionalProperties: base,
    },
    sent: [{ a: { id: 1 }, "x-b": [{ id: 1 }], c: { id: 1 } }],
    taken: [
      [{ a: { id: 1, z: 1 } }, "/a/z"],
      [{ "x-b": [{ id: 1 }, { id: 2, z: 1 }] }, "/x-b/1/z"],
      [{ c: { id: 1, z: 1 } }, "/c/z"],
    ],
  },
  "additionalProperties written by hand opens": {
    schema: { ...base, additionalProperties: true },
    sent: [{ id: 1, x: 1 }],
    taken: [],
  },
  "names that match a pattern are declared": {
    schema: { ...base, patternProperties: { "^x-": true } },
    sent: [{ id: 1, "x-a": 1 }],
    taken: [[{ id: 1, y: 1 }, "/y"]],
  },
  "required names are declared": {
    schema: { ...base, required: ["id", "extra"] },
    sent: [{ id: 1, extra: null }],
    taken: [[{ id: 1, extra: 1, x: 1 }, "/x"]],
  },
  "names required by a part are declared": {
    schema: { allOf: [base, { anyOf: [{ required: ["mail"] }, { required: ["phone"] }] }] },
    sent: [
      { id: 1, mail: "x" },
      { id: 1, mail: "x", phone: "y" },
    ],
    taken: [[{ id: 1, mail: "x", z: 1 }, "/z"]],
  },
  "allOf is closed as a whole": {
    schema: { allOf: [base, named] },
    sent: [{ id: 1, name: "n" }],
    taken: [[{ id: 1, x: 1 }, "/x"]],
  },
  "one part that speaks for all members opens the whole": {
    schema: { allOf: [base, { properties: { name: true }, additionalProperties: true }] },
    sent: [{ id: 1, name: "n", x: 1 }],
    taken: [],
  },
  "a reference with siblings is closed as a whole": {
    schema: { $ref: "Base", properties: { name: { type: ["string"] } } },
    types: { Base: base },
    sent: [{ id: 1, name: "n" }],
    taken: [[{ id: 1, x: 1 }, "/x"]],
  },
  "a reference alone is closed as its type is": {
    schema: { $ref: "Base", minProperties: 1 },
    types: { Base: base },
    sent: [{ id: 1 }],
    taken: [[{ id: 1, x: 1 }, "/x"]],
  },
  "references through references": {
    schema: { allOf: [{ $ref: "Middle" }, { properties: { c: true } }] },
    types: { Middle: { allOf: [{ $ref: "Base" }, { properties: { b: true } }] }, Base: base },
    sent: [{ id: 1, b: 1, c: 1 }],
    taken: [[{ id: 1, b: 1, c: 1, d: 1 }, "/d"]],
  },
  "branches that fit declare together": {
    schema: { anyOf: [base, { properties: { tag: true }, required: ["tag"] }] },
    sent: [{ id: 1 }, { tag: 1 }, { id: 1, tag: 1 }],
    taken: [[{ tag: 1, x: 1 }, ""]],
  },
  "a branch that does not fit declares nothing": {
    schema: { properties: { a: true }, anyOf: [base, { required: ["a"] }] },
    sent: [{ a: 1 }, { id: 1 }, { id: 1, a: 1 }],
    taken: [
      [{ a: 1, name: 1 }, "/name"],
      [{ a: 1, id: "no integer" }, "/id"],
    ],
  },
  "an open branch stays open": {
    schema: { anyOf: [base, { type: ["object"] }] },
    sent: [{ id: 1 }, { anything: 1 }],
    taken: [],
  },
  "oneOf is counted as a reader counts": {
    schema: { oneOf: [base, { properties: { tag: true }, required: ["tag"] }] },
    sent: [{ id: 1 }, { tag: 1 }],
    taken: [
      [{ id: 1, x: 1 }, "/x"],
      [{ tag: 1, id: "x" }, "/id"],
    ],
  },
  "a tagged union is closed by the branch of the tag": {
    schema: {
      properties: { at: { type: ["integer"] } },
      oneOf: [
        { properties: { kind: { const: "a" }, a: true }, required: ["kind"] },
        { properties: { kind: { const: "b" }, b: true }, required: ["kind"] },
      ],
      type: ["object"],
    },
    sent: [
      { kind: "a", a: 1, at: 1 },
      { kind: "b", b: 1 },
    ],
    taken: [
      [{ kind: "a", b: 1 }, "/b"],
      [{ kind: "b", c: 1 }, "/c"],
    ],
  },
  "if, then and else declare when they are taken": {
    schema: {
      properties: { kind: true },
      if: { properties: { kind: { const: 1 } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword's name
      then: { properties: { a: true } },
      else: { properties: { b: true } },
    },
    sent: [
      { kind: 1, a: 1 },
      { kind: 2, b: 1 },
    ],
    taken: [
      [{ kind: 1, b: 1 }, "/b"],
      [{ kind: 2, a: 1 }, "/a"],
    ],
  },
  "dependentSchemas declare when their member is there": {
    schema: { properties: { card: true }, dependentSchemas: { card: { properties: { address: true } } } },
    sent: [{ card: 1, address: 1 }, {}],
    taken: [[{ address: 1 }, "/address"]],
  },
  "unevaluatedProperties written by hand opens": {
    schema: { allOf: [base], unevaluatedProperties: { type: ["integer"] } },
    sent: [{ id: 1, x: 1 }],
    taken: [],
  },
  "what not and contains look for is no declaration": {
    schema: {
      properties: { a: true, list: { contains: { properties: { x: { const: 1 } }, required: ["x"] } } },
      not: { properties: { a: { properties: { no: { const: 1 } }, required: ["no"] } }, required: ["a"] },
    },
    sent: [{ a: { yes: 1 }, list: [{ x: 1, y: 1 }] }],
    taken: [],
  },
};

test.for(Object.entries(cases))(
  "closed writer, open reader: %s",
  async ([, { schema, types, sent, taken }]) => {
    const validate = await compile(schema, types);
    for (const value of sent) {
      expect([value, validate(value, true)]).toEqual([value, undefined]);
      expect([value, validate(value, false)]).toEqual([value, undefined]);
    }
    for (const [value, path] of taken) {
      expect([value, validate(value, false)]).toEqual([value, undefined]);
      expect([value, validate(value, true)]).toMatchObject([
        value,
        { path, keyword: expect.stringMatching(/^(additionalProperties|anyOf)$/) },
      ]);
    }
  },
);

test("closed writer: sends nothing that a reader refuses, though not and if look at undeclared members", async () => {
  const open: InnerSchema = { properties: { a: { properties: { x: true } } }, required: ["a"] };
  const not = await compile({ properties: { a: true }, not: open });
  // biome-ignore lint/suspicious/noThenProperty: the keyword's name
  const condition = await compile({ properties: { a: true }, if: open, then: { minProperties: 2 } });
  for (const validate of [not, condition]) {
    for (const closed of [true, false]) expect(validate({ a: { y: 1 } }, closed)).toMatchObject({ path: "" });
  }
});

test("closed writer: a member that is undefined is not there", async () => {
  const validate = await compile({ ...base, minProperties: 1 });
  expect(validate({ id: 1, x: undefined }, true)).toBeUndefined();
  expect(validate({ id: undefined }, true)).toMatchObject({ path: "", keyword: "minProperties" });
});

test("closed writer: only own members count, of an instance as of a plain object", async () => {
  class Inherited {
    get id(): number {
      return 1;
    }
  }
  class Own extends Inherited {
    name = "n";
  }
  const validate = await compile({
    ...base,
    properties: { id: { type: ["integer"] }, name: { type: ["string"] } },
  });
  expect(validate(new Inherited(), true)).toMatchObject({ path: "/id", keyword: "required" });
  expect(validate(new Own(), false)).toMatchObject({ path: "/id", keyword: "required" });
  expect(validate(Object.create({ id: 1 }), false)).toMatchObject({ path: "/id", keyword: "required" });
  expect(validate(Object.assign(Object.create(Own.prototype), { name: "n" }), true)).toMatchObject({
    path: "/id",
  });
  expect(validate(Object.assign(Object.create(null), { id: 1 }), true)).toBeUndefined();
});
