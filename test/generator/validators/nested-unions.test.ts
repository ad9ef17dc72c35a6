import { expect, test } from "vitest";
import type { InnerSchema } from "../../../generator/src/model/contract.js";
import { compile } from "./compile.js";

type Properties = Readonly<Record<string, InnerSchema>>;

const depth = 60;

/** A value nested in itself, with `last` innermost. */
function nested(last: object, level: object): unknown {
  return Array.from({ length: depth }).reduce<unknown>((child) => ({ ...level, child }), last);
}

/** Two branches that both look at the same child first. */
function unionOf(keyword: "anyOf" | "oneOf", first: Properties, second: Properties): InnerSchema {
  const branches = [first, second].map((own) => ({
    type: ["object"] as const,
    properties: { child: { $ref: "Root" }, ...own },
    minProperties: 1,
  }));
  return { [keyword]: branches };
}

const loose = { a: { type: ["integer"] as const }, b: { type: ["integer"] as const } };

test("nested unions: time grows with the depth of a value, not with its power", async () => {
  const values = [nested({ a: 1 }, { a: 1 }), nested({ a: "x" }, { a: 1 }), nested({ z: 1 }, { a: 1, b: 1 })];
  const start = performance.now();
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const validate = await compile(unionOf(keyword, { a: loose.a }, { b: loose.b }));
    const tracked = await compile({
      ...Object(unionOf(keyword, { a: loose.a }, { b: loose.b })),
      unevaluatedProperties: false,
    });
    for (const value of values) {
      for (const closed of [true, false]) {
        validate(value, closed);
        tracked(value, closed);
      }
    }
  }
  expect(performance.now() - start).toBeLessThan(5_000);
});

test("nested unions: are judged on every level", async () => {
  const validate = await compile(unionOf("anyOf", { a: loose.a }, { b: loose.b }));
  expect(validate(nested({ a: 1, b: 1 }, { a: 1, b: 1 }), true)).toBeUndefined();
  expect(validate(nested({ a: 1 }, { b: 1 }), true)).toBeUndefined();
  expect(validate(nested({ a: "x", b: "x" }, { a: 1 }), true)).toBeDefined();
  expect(validate(nested({ a: 1, z: 1 }, { a: 1 }), true)).toBeDefined();
  expect(validate(nested({ a: 1, z: 1 }, { a: 1 }), false)).toBeUndefined();
});

test("nested unions: forget a value once it is checked", async () => {
  const validate = await compile(unionOf("anyOf", { a: loose.a }, { a: loose.a }));
  const child: { a: unknown } = { a: 1 };
  expect(validate({ child }, false)).toBeUndefined();
  child.a = "x";
  expect(validate({ child }, false)).toBeDefined();
});
