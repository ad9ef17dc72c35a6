import { expect, test } from "vitest";
import { findingsIn, withPayload } from "../generator/load/load-files.js";
import { generateContracts } from "../helpers/generated-contracts.js";

/** Files with one event `Happened` of this payload. */
const files = (payload: unknown): Readonly<Record<string, unknown>> => ({
  "a.channel.json": { channel: "a", events: { Happened: { payload: { $ref: "payload.schema.json" } } } },
  "payload.schema.json": payload,
});

function elapsedMs(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

test.each([
  ["attack 19: a pattern that backtracks", { pattern: "^(a+)+$" }, "/pattern"],
  ["attack 19: a pattern that backtracks in a look-ahead", { pattern: "^(?=(a|aa)+$)" }, "/pattern"],
  [
    "attack 21: a pattern for names that backtracks",
    { patternProperties: { "^(a|a)*$": {} } },
    "/patternProperties/^(a|a)*$",
  ],
  [
    "attack 21: a pattern for names that backtracks, as a schema",
    { propertyNames: { pattern: "(x+x+)+y" } },
    "/propertyNames/pattern",
  ],
])("%s is refused", (_, schema, pointer) => {
  const [finding, ...others] = findingsIn(withPayload(schema));
  expect(finding).toContain(` /events/Happened/payload${pointer}: `);
  expect(finding).toMatch(/\[slow-pattern\]$/);
  expect(others).toEqual([]);
});

test("attack 19: a length limit makes a pattern harmless, and is checked first", async () => {
  const { contract } = await generateContracts(files({ type: "string", pattern: "^(a+)+$", maxLength: 12 }));
  const happened = contract("Happened");
  expect(["aaa", "aab"].map((text) => happened.is(text))).toEqual([true, false]);
  expect(elapsedMs(() => happened.is(`${"a".repeat(1_000_000)}b`))).toBeLessThan(500);
});

test("attack 19: at the boundary a validator stops at the first problem", async () => {
  const { contract } = await generateContracts(files({ type: "array", items: { type: "string" } }));
  const many = JSON.stringify(Array.from({ length: 90_000 }, () => 1));
  expect(() => contract("Happened").deserialize(new TextEncoder().encode(many))).toThrow(
    "invalid Happened: /0: expected text, got an integer",
  );
});

test("attack 26: bounds of arrays do not multiply in types, and hold in validators", async () => {
  const bounded = { type: "array", minItems: 3, maxItems: 1_000_000 };
  const { contract } = await generateContracts(
    files({ ...bounded, items: { ...bounded, items: { ...bounded, items: { enum: ["a", "b"] } } } }),
  );
  const row = ["a", "b", "a"];
  expect(
    contract("Happened").is([
      [row, row, row],
      [row, row, row],
      [row, row, row],
    ]),
  ).toBe(true);
  expect(
    contract("Happened").is([
      [row, row, row],
      [row, row],
      [row, row, row],
    ]),
  ).toBe(false);
});

test("attack 27: an enumeration of a million values is text in the type and a set in the validator", {
  timeout: 120_000,
}, async () => {
  const values = Array.from({ length: 1_000_000 }, (_, index) => `v${index}`);
  const { contract } = await generateContracts(files({ enum: values }));
  const happened = contract("Happened");
  expect([happened.is("v0"), happened.is("v999999"), happened.is("v1000000")]).toEqual([true, true, false]);
  expect(
    elapsedMs(() => {
      for (let index = 0; index < 10_000; index++) happened.is("none");
    }),
  ).toBeLessThan(500);
});
