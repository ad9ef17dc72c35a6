import { runInNewContext } from "node:vm";
import fc from "fast-check";

class Money {
  readonly a = 1;
}

/** What a program may hand over in place of JSON, most of which JSON cannot hold. */
export const strange: fc.Arbitrary<unknown> = fc
  .constantFrom<(() => unknown)[]>(
    () => Number.NaN,
    () => Number.NEGATIVE_INFINITY,
    () => -0,
    () => undefined,
    () => 1n,
    () => Symbol("a"),
    () => () => 1,
    () => "\ud800",
    () => "a\udc00b",
    () => "🍵",
    () => new Date(0),
    () => new Money(),
    () => new Map([["a", 1]]),
    () => Object("a"),
    () => Object.create(null, { a: { value: 1, enumerable: true } }),
    () => Object.create({ a: 1 }),
    () => runInNewContext('({ a: 1, b: "b" })'),
    () => new Proxy({ a: 1 }, {}),
    () => new Proxy([1], {}),
    () => ({ toJSON: () => 1 }),
    () => Object.defineProperty({ a: 1 }, "toJSON", { value: () => 2 }),
    () => ({ toJSON: "text" }),
    () => ({
      get a() {
        return "a";
      },
    }),
    () => ({
      get a() {
        return Number.NaN;
      },
    }),
    () => ({ a: undefined, "\ud800": undefined }),
    () => ({ "\ud800": 1 }),
    () => ({ [Symbol("a")]: 1 }),
    // biome-ignore lint/suspicious/noSparseArray: holes are what this is about
    () => [1, , "a"],
    () => Object.assign([1], { a: Number.NaN }),
    () => cycle(),
    () => nested(20),
    () => nested(600),
  )
  .map((make) => make());

function cycle(): unknown {
  const object: { a?: unknown } = {};
  object.a = object;
  return object;
}

/** So many objects and arrays in each other. */
export function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}
