import { expect, test } from "vitest";
import type { JsonValue } from "../../../generator/src/model/contract.js";
import { declarations } from "../../helpers/named-types.js";

const rows: readonly {
  readonly title: string;
  readonly schema: JsonValue;
  readonly want: readonly string[];
}[] = [
  { title: "nothing to say", schema: { type: "string" }, want: [] },
  { title: "title", schema: { type: "string", title: "A name" }, want: ["/** A name */"] },
  {
    title: "title and description",
    schema: { type: "string", title: "A name", description: "Of a person.\n\nOr not. " },
    want: ["/**", " * A name", " *", " * Of a person.", " *", " * Or not.", " */"],
  },
  {
    title: "description that repeats the title",
    schema: { type: "string", title: "A name", description: " A name\n" },
    want: ["/** A name */"],
  },
  {
    title: "deprecated, examples",
    schema: {
      type: "string",
      description: "A name.",
      deprecated: true,
      examples: ["Ann", null],
      default: "x",
    },
    want: [
      "/**",
      " * A name.",
      " *",
      ' * Default: "x".',
      " *",
      ' * @example "Ann"',
      " * @example null",
      " * @deprecated",
      " */",
    ],
  },
  {
    title: "length",
    schema: { type: "string", minLength: 1, maxLength: 20 },
    want: ["/** 1 to 20 characters. */"],
  },
  { title: "least length", schema: { type: "string", minLength: 1 }, want: ["/** At least 1 character. */"] },
  {
    title: "exact length",
    schema: { type: "string", minLength: 2, maxLength: 2 },
    want: ["/** Exactly 2 characters. */"],
  },
  {
    title: "format and pattern",
    schema: {
      type: "string",
      format: "email",
      pattern: "^a*/$",
      contentMediaType: "text/plain",
      contentEncoding: "base64",
    },
    want: [
      "/**",
      " * Format: email.",
      " * Pattern: `^a*\\/$`.",
      " * Content: text/plain.",
      " * Encoding: base64.",
      " */",
    ],
  },
  { title: "whole number", schema: { type: "integer" }, want: ["/** Whole number. */"] },
  {
    title: "limits of a number",
    schema: { type: ["integer", "null"], minimum: 0, exclusiveMaximum: 10, multipleOf: 2 },
    want: ["/** Whole number: at least 0, below 10, a multiple of 2. */"],
  },
  {
    title: "other limits of a number",
    schema: { type: "number", maximum: 1.5, exclusiveMinimum: -1 },
    want: ["/** Number: above -1, at most 1.5. */"],
  },
  {
    title: "items",
    schema: {
      type: "array",
      maxItems: 5,
      uniqueItems: true,
      items: { type: "string", format: "uuid", maxLength: 36 },
    },
    want: [
      "/**",
      " * At most 5 items.",
      " * All different.",
      " * Each item: Format: uuid. At most 36 characters.",
      " */",
    ],
  },
  {
    title: "members",
    schema: {
      type: "object",
      minProperties: 1,
      patternProperties: { a: true },
      readOnly: true,
      writeOnly: true,
    },
    want: [
      "/**",
      " * At least 1 member.",
      " * Read only.",
      " * Write only.",
      " * Also checked: patternProperties.",
      " */",
    ],
  },
  {
    title: "what the type leaves out",
    schema: {
      type: "array",
      not: { maxItems: 1 },
      if: { maxItems: 3 },
      contains: { type: "string" },
      oneOf: [{ maxItems: 2 }, { minItems: 4 }],
    },
    want: ["/** Also checked: oneOf, not, if, contains. */"],
  },
  {
    title: "alternatives that the type says",
    schema: { oneOf: [{ type: "string" }, { type: "null" }] },
    want: [],
  },
  {
    title: "too many values",
    schema: { enum: Array.from({ length: 1_001 }, (_, index) => index) },
    want: ["/** Also checked: enum. */"],
  },
  {
    title: "values too long to show",
    schema: { type: "string", default: "x".repeat(500), examples: ["y".repeat(500)] },
    want: [],
  },
];

test.each(rows)("types: doc comment: $title", async ({ schema, want }) => {
  const [root = ""] = (await declarations({ T: schema })).values();
  expect(
    root
      .split("\n")
      .slice(0, -2)
      .filter((line) => /^(?:\/\*\*| \*)/.test(line)),
  ).toEqual(want);
  // The same stands above a member, and deeper in.
  const nested = { type: "object", properties: { a: { type: "object", properties: { b: schema } } } };
  const [text = ""] = (await declarations({ T: nested })).values();
  const lines = text.split("\n").filter((line) => /^ {4}(?:\/\*\*| \*)/.test(line));
  expect(lines).toEqual(want.map((line) => `    ${line}`));
});
