import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { findingsIn } from "../load/load-files.js";

const values: readonly unknown[] = [
  null,
  true,
  0,
  3,
  -1,
  1.5,
  "",
  "3",
  "string",
  "int",
  [],
  ["a"],
  ["string", "null"],
  ["a", "a"],
  [1],
  [{}],
  [true, 1],
  {},
  { a: 1 },
  { a: {} },
  { a: ["b"] },
  { a: [1] },
  { a: { type: 1 } },
];

/** Keywords that say who a schema is, or that are refused or left alone whatever they hold. */
const others = /^\$|^(?:definitions|contentSchema|default|const|examples|readOnly|writeOnly|format)$/;

/** What a keyword means nothing without. */
const companions: ReadonlyMap<string, object> = new Map([
  ["then", { if: true }],
  ["else", { if: true }],
  ["additionalItems", { items: [true] }],
  ["minContains", { contains: true }],
  ["maxContains", { contains: true }],
]);

interface Case {
  readonly dialect: string;
  readonly $schema: string;
  readonly ajv: Ajv;
  readonly keywords: number;
  /** What is taken although the meta-schema refuses it, since its meaning is plain: `keyword value`. */
  readonly wider: readonly string[];
}

describe.each<Case>([
  {
    dialect: "draft-07",
    $schema: "http://json-schema.org/draft-07/schema#",
    ajv: new Ajv({ strict: false }),
    keywords: 35,
    wider: ["enum []", 'enum ["a","a"]', "items []", 'required ["a","a"]'],
  },
  {
    dialect: "2020-12",
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ajv: new Ajv2020({ strict: false }),
    keywords: 42,
    wider: ['required ["a","a"]'],
  },
])("keyword values of $dialect", ({ $schema, ajv, keywords: count, wider }) => {
  test("are right just when the meta-schema says so", () => {
    const keywords = keywordsOf(ajv, $schema).filter((keyword) => !others.test(keyword));
    const cases = keywords.flatMap((keyword) => values.map((value) => ({ keyword, value })));
    const definitions = Object.fromEntries(
      cases.map(({ keyword, value }, index) => [
        `d${index}`,
        { ...companions.get(keyword), [keyword]: value },
      ]),
    );
    const properties = Object.fromEntries(
      Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }]),
    );
    const findings = findingsIn({
      "schemas/a.channel.json": {
        channel: "a",
        events: { Happened: { payload: { $ref: "b.schema.json" } } },
      },
      "schemas/b.schema.json": { $schema, properties, definitions },
    });
    const refused = new Set(findings.map((finding) => /\/definitions\/(d\d+)\//.exec(finding)?.[1]));
    const differences = cases.flatMap(({ keyword, value }, index) => {
      const isValid = ajv.validateSchema({ $schema, [keyword]: value }) === true;
      return isValid === refused.has(`d${index}`)
        ? [{ text: `${keyword} ${JSON.stringify(value)}`, isValid }]
        : [];
    });
    expect(differences.filter(({ isValid }) => isValid).map(({ text }) => text)).toEqual([]);
    expect(differences.filter(({ isValid }) => !isValid).map(({ text }) => text)).toEqual(wider);
    expect(keywords).toHaveLength(count);
  });
});

/** The keywords of a dialect, from its meta-schema and the parts that it is made of. */
function keywordsOf(ajv: Ajv, $schema: string): readonly string[] {
  const { schema } = ajv.getSchema($schema) ?? {};
  if (typeof schema !== "object") throw new Error(`no meta-schema ${$schema}`);
  const parts = (schema.allOf ?? []).flatMap(({ $ref }: { $ref: string }) => {
    const part = ajv.getSchema(new URL($ref, $schema).href)?.schema;
    return typeof part === "object" ? [part] : [];
  });
  return [...new Set([schema, ...parts].flatMap(({ properties = {} }) => Object.keys(properties)))].sort();
}
