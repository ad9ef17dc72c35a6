import { describe, expect, test } from "vitest";
import { compileTypes, literal } from "../../helpers/compile-types.js";
import { declarations } from "../../helpers/named-types.js";
import { meaningRows, mendedRows, type TypeRow } from "./type-tables.js";

/** The types that rows refer to. */
const others = {
  Named: {
    type: "object",
    properties: { a: { type: "string" }, b: { type: "number" } },
    required: ["a"],
  },
  Mixed: {
    properties: { length: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 1 } },
  },
};

describe.each([
  { table: "what json-schema-to-typescript gets wrong", rows: mendedRows },
  { table: "what schemas mean", rows: meaningRows },
])("types: $table", ({ rows }) => {
  const checked = checkAll(rows);

  test.each(rows.map((row, index) => ({ title: row.title, row, index })))(
    "$title",
    async ({ row, index }) => {
      const outcome = (await checked)[index];
      expect(onOneLine(outcome?.text ?? "")).toContain(row.want);
      expect(outcome?.broken).toEqual([]);
      expect(outcome?.refused).toEqual(row.refuses);
    },
  );
});

interface Checked {
  readonly text: string;
  /** Complaints about the declaration. */
  readonly broken: readonly string[];
  /** Of the row's values, those that the compiler refuses. */
  readonly refused: readonly unknown[];
}

/** Renders all rows, and has the compiler check all values of all rows at once. */
async function checkAll(rows: readonly TypeRow[]): Promise<readonly Checked[]> {
  const texts = await Promise.all(
    rows.map(async ({ schema, dialect }) => [...(await declarations({ ...others, T: schema }, dialect))]),
  );
  const heads = texts.map((types) => types.map(([, text]) => text).join(""));
  const values = rows.map(({ takes, refuses }) => [...takes, ...refuses]);
  const files = new Map(
    heads.map((head, row) => {
      const lines = (values[row] ?? []).map(
        (value, index) => `export const v${index}: T = ${literal(value)};\n`,
      );
      return [`/types/row${row}.ts`, head + lines.join("")] as const;
    }),
  );
  const complaints = compileTypes(files);
  return rows.map((_, row) => {
    const head = heads[row] ?? "";
    const first = head.split("\n").length;
    const own = complaints.filter(({ file }) => file === `/types/row${row}.ts`);
    return {
      text: texts[row]?.find(([name]) => name === "T")?.[1] ?? "",
      broken: own.filter(({ line }) => line < first).map(({ message }) => message),
      refused: (values[row] ?? []).filter((_value, index) => own.some(({ line }) => line === first + index)),
    };
  });
}

/** The text without line breaks, and without the bar that a union over several lines begins with. */
function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("= | ", "= ").replaceAll("( | ", "(").replaceAll(" )", ")");
}
