import {
  countMembers,
  isEqual,
  isLonger,
  isMultipleOf,
  isShorter,
  isUnique,
  members,
} from "@eventwright/runtime/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

test("text length: counts code points, whatever the limit", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), fc.nat({ max: 20 }), (text, limit) => {
      const length = Array.from(text).length;
      expect(isLonger(text, limit)).toBe(length > limit);
      expect(isShorter(text, limit)).toBe(length < limit);
    }),
  );
  expect(isLonger("\ud800\ud800", 1)).toBe(true);
  expect(isShorter("\udc00\ud83d", 2)).toBe(false);
});

test("multipleOf: is exact for decimals", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.nat({ max: 6 }),
      (count, unit, digits) => {
        const divisor = Number(`${unit}e-${digits}`);
        const value = Number(`${BigInt(count) * BigInt(unit)}e-${digits}`);
        expect(isMultipleOf(value, divisor)).toBe(true);
        const off = Number(`${BigInt(count) * BigInt(unit)}5e-${digits + 1}`);
        expect(isMultipleOf(off, divisor)).toBe(false);
      },
    ),
  );
});

test.for([
  [0, 0.1, true],
  [0.3, 0.1, true],
  [1e308, 0.5, true],
  [1e308, 0.123456789, false],
  [5e-324, 5e-324, true],
  [1e-323, 1, false],
  [2 ** 60, 3, false],
  [9007199254740992, 2, true],
  [12391239123, 1e-8, true],
  [Number.POSITIVE_INFINITY, 1, false],
] as const)("multipleOf: %d of %d is %s", ([value, divisor, fits]) => {
  expect(isMultipleOf(value, divisor)).toBe(fits);
});

const parse = (text: string): unknown => JSON.parse(text);

test.for([
  ['{"a":1,"b":[2]}', '{"b":[2],"a":1}', true],
  ['{"a":1}', '{"a":1,"b":1}', false],
  ['{"__proto__":1}', "{}", false],
  ['{"__proto__":1}', '{"__proto__":1}', true],
  ['{"toString":1}', '{"valueOf":1}', false],
  ["[]", "{}", false],
  ["[1,2]", "[2,1]", false],
  ["1", '"1"', false],
  ["null", "false", false],
  ['{"length":0}', "[]", false],
] as const)("equality: %s and %s: %s", ([left, right, equal]) => {
  expect(isEqual(parse(left), parse(right))).toBe(equal);
  expect(isEqual(parse(right), parse(left))).toBe(equal);
});

test("uniqueness: agrees with a comparison of all pairs, few or many", () => {
  const item = fc.oneof(
    fc.integer({ min: 0, max: 60 }),
    fc.dictionary(fc.constantFrom("a", "b"), fc.nat({ max: 40 })),
    fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), (items) => {
      const isAnyEqual = items.some((left, index) =>
        items.slice(0, index).some((right) => isEqual(left, right)),
      );
      expect(isUnique(items)).toBe(!isAnyEqual);
    }),
  );
});

test("uniqueness: takes time in proportion to the items", () => {
  const wide = Array.from({ length: 50_000 }, (_, index) => ({ id: index, tags: [index] }));
  const start = performance.now();
  expect(isUnique(wide)).toBe(true);
  expect(isUnique([...wide, { tags: [7], id: 7 }])).toBe(false);
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("members: are the own ones of objects", () => {
  const plain = { a: 1 };
  expect(members(plain)).toBe(plain);
  expect(members([])).toBeUndefined();
  expect(members(null)).toBeUndefined();
  expect(members("text")).toBeUndefined();
  expect(
    Object.keys(
      members(
        new (class {
          a = 1;
          b = undefined;
          get c() {
            return 2;
          }
        })(),
      ) ?? {},
    ),
  ).toEqual(["a", "b"]);
  expect(countMembers({ a: undefined, b: null })).toBe(1);
});
