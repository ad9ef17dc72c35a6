import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findingsIn, withPayload } from "../generator/load/load-files.js";
import { compileTypes } from "../helpers/compile-types.js";
import { readFiles } from "../helpers/folders.js";
import { generateContracts } from "../helpers/generated-contracts.js";
import { hostileTexts, traces } from "./tripwire.js";

type SchemaWith = (text: string) => object;

/** Each puts a text of the schema's author where it could do harm. */
const attacks: readonly (readonly [name: string, schema: SchemaWith])[] = [
  [
    "attack 1: texts that end a comment",
    (text) => ({
      title: text,
      description: text,
      $comment: text,
      deprecated: true,
      type: "object",
      properties: { a: { description: text, default: text, examples: [text], format: text } },
    }),
  ],
  [
    "attack 2: line separators, null bytes and lone surrogates",
    (text) => ({ description: text, enum: [`a\u2028\u2029\r\n\u0000\ud800${text}`, text] }),
  ],
  [
    "attack 3: member names that end a literal",
    (text) => ({
      type: "object",
      properties: { [text]: { type: "number" } },
      required: [text],
      dependentRequired: { [text]: [`${text}2`] },
    }),
  ],
  [
    "attack 4: values that end a literal",
    (text) => ({ properties: { a: { const: text }, b: { enum: [text, { [text]: text }] } } }),
  ],
  [
    "attack 6: names of enumeration members",
    (text) => ({ enum: ["a"], tsEnumNames: [text], "x-enum-varnames": [text], "x-enumNames": [text] }),
  ],
  [
    "attack 8: keywords that name a module",
    (text) => ({
      type: "string",
      tsImport: text,
      "x-import": text,
      customType: text,
      existingJavaType: text,
    }),
  ],
];

describe("text of a schema never becomes code", () => {
  test.each(attacks)("%s", async (_, schema) => {
    const events = Object.fromEntries(
      hostileTexts.map((text, index) => [
        `Event${index}`,
        { description: text, payload: { $ref: `payload${index}.schema.json` } },
      ]),
    );
    const schemas = hostileTexts.map((text, index) => [`payload${index}.schema.json`, schema(text)]);
    const before = traces();
    const { out, contract } = await generateContracts({
      "a.channel.json": { channel: "a", description: hostileTexts[0], owner: hostileTexts[1], events },
      ...Object.fromEntries(schemas),
    });
    // Both ways through every validator, so that code in it would run.
    for (const index of hostileTexts.keys()) {
      for (const value of [null, {}, "", { a: 1 }]) contract(`Event${index}`).is(value);
    }
    expect(traces()).toEqual(before);
    const declarations = Object.entries(readFiles(out)).filter(([path]) => path.endsWith(".d.ts"));
    expect(declarations.length).toBeGreaterThan(hostileTexts.length);
    const complaints = compileTypes(new Map(declarations.map(([path, text]) => [join(out, path), text])));
    expect(complaints.filter(({ file }) => file.startsWith(out))).toEqual([]);
  });

  test("attack 4: values that end a literal are the only ones that pass", async () => {
    const { contract } = await generateContracts({
      "a.channel.json": { channel: "a", events: { Said: { payload: { enum: hostileTexts } } } },
    });
    for (const text of hostileTexts) expect(contract("Said").is(text)).toBe(true);
    expect(contract("Said").is("harmless")).toBe(false);
  });

  test.each([
    ["attack 5: a limit given as text", { minLength: "1; globalThis.pwned = 1" }, "keyword-value"],
    ["attack 7: a type given as code", { tsType: "string; globalThis.pwned = 1" }, "raw-code"],
    ["attack 20: a pattern taken from the data", { pattern: { $data: "1/pattern" } }, "keyword-value"],
  ])("%s is refused", (_, schema, rule) => {
    expect(findingsIn(withPayload(schema))).toEqual([expect.stringMatching(`:6:9 .*\\[${rule}\\]$`)]);
  });
});
