import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  copyRemotes,
  formatGroups,
  requiredGroups,
  type SuiteDialect,
} from "../helpers/json-schema-suite.js";
import { scoreTable } from "./score-table.js";
import { scoreTypes, type TypeScore } from "./score-types.js";
import { scoreValidators, type ValidatorScore } from "./score-validators.js";

/** `npm run scores` prints the scores; these are the floors under them. */
interface Floor {
  readonly dialect: SuiteDialect;
  readonly leastRight: number;
  readonly leastRightFormats: number;
  /** Tests of refused schemas, by the rule of the first finding. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of the invalid instances, what the compiler refuses at least. */
  readonly leastRefusedShare: number;
  /** Valid instances with members that the schema does not list: readers pass them, writers must not add them. */
  readonly undeclared: readonly string[];
}

const undeclared = [
  "additionalProperties | additionalProperties are allowed by default | additional properties are allowed",
  "not | forbidden property | property absent",
  "properties | object properties validation | doesn't invalidate other properties",
];

describe.each<Floor>([
  {
    dialect: "draft7",
    leastRight: 927,
    leastRightFormats: 676,
    refused: {},
    leastRefusedShare: 0.685,
    undeclared: ["dependencies | dependent subschema incompatible with root | no dependency", ...undeclared],
  },
  {
    dialect: "draft2020-12",
    leastRight: 1249,
    leastRightFormats: 764,
    refused: { "dynamic-reference": 41, "unknown-address": 4, "unknown-dialect": 5 },
    leastRefusedShare: 0.65,
    undeclared: [
      "dependentSchemas | dependent subschema incompatible with root | no dependency",
      "dynamicRef | A $dynamicRef that initially resolves to a schema without a matching $dynamicAnchor behaves like a normal $ref to $anchor | The recursive part doesn't need to validate against the root",
      ...undeclared,
    ],
  },
])("JSON Schema Test Suite, $dialect", (floor) => {
  const { dialect } = floor;
  let validators: ValidatorScore;
  let formats: ValidatorScore;
  let types: TypeScore;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "eventwright-suite-"));
    try {
      copyRemotes(dialect, folder);
      const groups = requiredGroups(dialect);
      validators = await scoreValidators(groups, dialect, folder);
      formats = await scoreValidators(formatGroups(dialect), dialect, folder);
      types = await scoreTypes(groups, dialect, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.stdout.write(scoreTable({ dialect, validators, formats, types }));
  }, 240_000);

  test("validators are right about every test of a schema that is not refused", () => {
    expect(validators.wrong).toEqual([]);
    expect(validators.right).toBeGreaterThanOrEqual(floor.leastRight);
    expect(formats.wrong).toEqual([]);
    expect(formats.right).toBeGreaterThanOrEqual(floor.leastRightFormats);
  });

  test("no more schemas are refused, and for no other reason", () => {
    expect(Object.fromEntries(Array.from(validators.refused, ([rule, { tests }]) => [rule, tests]))).toEqual(
      floor.refused,
    );
    expect(formats.refused.size).toBe(0);
  });

  test("types compile, and take every valid instance, but for members that a writer must not add", () => {
    expect(types.brokenTypes).toEqual([]);
    expect([...types.refusedValid].sort()).toEqual([...floor.undeclared].sort());
  });

  test("types refuse many invalid instances", () => {
    expect(types.refusedInvalid / types.invalid).toBeGreaterThanOrEqual(floor.leastRefusedShare);
  });
});
