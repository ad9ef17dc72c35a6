import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compileTypes, literal } from "../../helpers/compile-types.js";
import {
  copyRemotes,
  loadGroup,
  requiredGroups,
  type SuiteDialect,
  type SuiteGroup,
  type SuiteTest,
} from "../../helpers/json-schema-suite.js";
import { render } from "../../helpers/named-types.js";

interface Assignment extends SuiteTest {
  readonly group: string;
  readonly fits: boolean;
}

interface Expectation {
  readonly dialect: SuiteDialect;
  readonly mostRefusedTests: number;
  /** Of the invalid instances, what the compiler refuses at least. */
  readonly leastRefusedShare: number;
  readonly closed: readonly string[];
}

interface Outcome {
  /** Tests of schemas that the generator refuses. */
  readonly refusedTests: number;
  /** Complaints about the types themselves. */
  readonly brokenTypes: readonly string[];
  readonly assignments: readonly Assignment[];
}

/** Instances with members that the schema does not list: readers pass them through, writers must not add them. */
const undeclared = [
  "additionalProperties | additionalProperties are allowed by default | additional properties are allowed",
  "not | forbidden property | property absent",
  "properties | object properties validation | doesn't invalidate other properties",
];

describe.each<Expectation>([
  {
    dialect: "draft7",
    mostRefusedTests: 4,
    leastRefusedShare: 0.685,
    closed: ["dependencies | dependent subschema incompatible with root | no dependency", ...undeclared],
  },
  {
    dialect: "draft2020-12",
    mostRefusedTests: 63,
    leastRefusedShare: 0.65,
    closed: ["dependentSchemas | dependent subschema incompatible with root | no dependency", ...undeclared],
  },
])(
  "types of the JSON Schema Test Suite, $dialect",
  ({ dialect, mostRefusedTests, leastRefusedShare, closed }) => {
    let outcome: Outcome;
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), "eventwright-suite-"));
      try {
        copyRemotes(dialect, folder);
        outcome = await assignAll(dialect, folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }, 120_000);

    test("compile, for every schema that is not refused", () => {
      expect(outcome.brokenTypes).toEqual([]);
      expect(outcome.refusedTests).toBeLessThanOrEqual(mostRefusedTests);
    });

    test("take every valid instance, but for members that a writer must not add", () => {
      const { assignments } = outcome;
      const refused = assignments.filter(({ valid, fits }) => valid && !fits);
      expect(refused.map(({ group, description }) => `${group} | ${description}`).sort()).toEqual(
        [...closed].sort(),
      );
    });

    test("refuse many invalid instances", () => {
      const invalid = outcome.assignments.filter(({ valid }) => !valid);
      const share = invalid.filter(({ fits }) => !fits).length / invalid.length;
      process.stdout.write(
        `${dialect}: types refuse ${(share * 100).toFixed(1)} % of ${invalid.length} invalid instances\n`,
      );
      expect(share).toBeGreaterThanOrEqual(leastRefusedShare);
    });
  },
);

async function assignAll(dialect: SuiteDialect, folder: string): Promise<Outcome> {
  let refusedTests = 0;
  const files = new Map<string, string>();
  const lines = new Map<string, { readonly group: SuiteGroup; readonly first: number }>();
  for (const group of requiredGroups(dialect)) {
    const loaded = loadGroup(group, dialect, folder);
    if ("refused" in loaded) {
      refusedTests += group.tests.length;
      continue;
    }
    const path = `/suite/group${files.size}.ts`;
    const types = [...(await render(loaded.set.types)).values()].join("");
    const values = group.tests.map(
      ({ data }, index) => `export const v${index}: Payload = ${literal(data)};\n`,
    );
    files.set(path, types + values.join(""));
    lines.set(path, { group, first: types.split("\n").length });
  }
  const complaints = new Map(
    compileTypes(files).map((complaint) => [`${complaint.file}:${complaint.line}`, complaint]),
  );
  const assignments = [...lines].flatMap(([path, { group, first }]) =>
    group.tests.map((suiteTest, index) => ({
      ...suiteTest,
      group: group.title,
      fits: !complaints.delete(`${path}:${first + index}`),
    })),
  );
  return { refusedTests, brokenTypes: [...complaints.values()].map(({ message }) => message), assignments };
}
