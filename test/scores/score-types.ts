import { compileTypes, literal } from "../helpers/compile-types.js";
import {
  loadGroup,
  type SuiteDialect,
  type SuiteGroup,
  type SuiteTest,
} from "../helpers/json-schema-suite.js";
import { render } from "../helpers/named-types.js";

export interface TypeScore {
  /** Complaints about the types themselves. */
  readonly brokenTypes: readonly string[];
  readonly valid: number;
  /** Valid instances that do not fit the type. */
  readonly refusedValid: readonly string[];
  readonly invalid: number;
  /** Invalid instances that the compiler refuses too. */
  readonly refusedInvalid: number;
}

interface Assignment extends SuiteTest {
  readonly group: string;
  readonly fits: boolean;
}

/** Assigns every instance of the suite to the type of its schema; `folder` is where its remote schemas lie. */
export async function scoreTypes(
  groups: readonly SuiteGroup[],
  dialect: SuiteDialect,
  folder: string,
): Promise<TypeScore> {
  const { brokenTypes, assignments } = await assignAll(groups, dialect, folder);
  const valid = assignments.filter((assignment) => assignment.valid);
  const invalid = assignments.filter((assignment) => !assignment.valid);
  return {
    brokenTypes,
    valid: valid.length,
    refusedValid: valid
      .filter(({ fits }) => !fits)
      .map(({ group, description }) => `${group} | ${description}`),
    invalid: invalid.length,
    refusedInvalid: invalid.filter(({ fits }) => !fits).length,
  };
}

interface Assignments {
  readonly brokenTypes: readonly string[];
  readonly assignments: readonly Assignment[];
}

async function assignAll(
  groups: readonly SuiteGroup[],
  dialect: SuiteDialect,
  folder: string,
): Promise<Assignments> {
  const files = new Map<string, string>();
  const lines = new Map<string, { readonly group: SuiteGroup; readonly first: number }>();
  for (const group of groups) {
    const loaded = loadGroup(group, dialect, folder);
    if ("refused" in loaded) continue;
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
  return { brokenTypes: [...complaints.values()].map(({ message }) => message), assignments };
}
