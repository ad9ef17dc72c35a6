import { anyOf, fail, oneOf, pointer, Seen, undeclared, under } from "@eventwright/runtime/contract";
import { expect, test } from "vitest";

test("violation: says what was got by kind, never by value", () => {
  const secret = "secret";
  const got = [
    secret,
    4711,
    47.11,
    true,
    null,
    undefined,
    [secret],
    { [secret]: secret },
    Number.NaN,
    1n,
    Symbol("s"),
  ].map((value) => fail("/a", "type", "boolean", value).got);
  expect(got).toEqual([
    "text of 6 characters",
    "an integer",
    "a number",
    "a boolean",
    "null",
    "nothing",
    "an array of 1 item",
    "an object",
    "a number that JSON does not have",
    "a bigint",
    "a symbol",
  ]);
});

test("violation: of what is not there is that it is required", () => {
  expect(fail("/a", "format", "uuid", undefined)).toEqual({
    path: "/a",
    keyword: "required",
    expected: "text",
    got: "nothing",
  });
});

test("violation: cuts long lists, patterns and names of members", () => {
  const values = Array.from({ length: 1_000 }, (_, index) => `value ${index}`);
  expect(fail("", "enum", values, 1).expected.length).toBeLessThan(250);
  expect(fail("", "pattern", "x".repeat(1_000), "").expected.length).toBeLessThan(250);
  expect(pointer("n".repeat(1_000)).length).toBeLessThan(140);
});

test("violation: escapes names of members in its path, and is told from outside", () => {
  expect(pointer("a/b~c")).toBe("/a~1b~0c");
  expect(pointer(7)).toBe("/7");
  expect(under("/lines/0", fail("/sku", "type", "string", 1)).path).toBe("/lines/0/sku");
});

test("violation: of a keyword that is not known still makes a sentence", () => {
  expect(fail("", "toString", 1, 1).expected).toBe("what toString allows");
});

test("undeclared: looks at names only when there are more members than declared ones", () => {
  expect(undeclared("", { a: 1 }, ["a"], 1)).toBeUndefined();
  expect(undeclared("/at", { a: 1, b: 1 }, ["a"], 1)).toMatchObject({
    path: "/at/b",
    keyword: "additionalProperties",
  });
  expect(undeclared("", { a: 1, b: undefined }, ["a"], 1)).toBeUndefined();
  expect(undeclared("", { a: 1, "x-b": 1 }, ["a"], -1, [/^x-/])).toBeUndefined();
  expect(undeclared("", "text", [], 0)).toBeUndefined();
});

test("seen: what a branch saw counts only once it is added", () => {
  const whole = new Seen();
  const branch = new Seen();
  branch.addNames(["a"]);
  branch.addItem(3);
  branch.addItemsBefore(1);
  expect(whole.hasMember("a")).toBe(false);
  whole.addAll(branch);
  expect([whole.hasMember("a"), whole.hasMember("b")]).toEqual([true, false]);
  expect([0, 1, 2, 3].map((index) => whole.hasItem(index))).toEqual([true, false, false, true]);
  whole.addAllMembers();
  expect(whole.hasMember("b")).toBe(true);
});

test("unions: tell which branch came closest, if one did", () => {
  const shallow = () => fail("", "type", "string", 1);
  const deep = () => fail("/a/b", "type", "string", 1);
  const fits = () => undefined;
  expect(anyOf(1, false, [shallow, deep])).toMatchObject({ path: "/a/b" });
  expect(anyOf(1, false, [deep, deep])).toMatchObject({ path: "", keyword: "anyOf" });
  expect(anyOf(1, false, [shallow, fits])).toBeUndefined();
  expect(oneOf(1, false, [shallow, shallow])).toMatchObject({
    keyword: "oneOf",
    got: "an integer that fits none of 2 alternatives",
  });
  expect(oneOf(1, false, [fits, shallow, fits])).toMatchObject({
    keyword: "oneOf",
    got: "a value that fits several",
  });
});
