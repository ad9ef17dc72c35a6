import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { FindingsError } from "../../generator/src/errors.js";
import { loadContracts } from "../../generator/src/load/load-contracts.js";
import type { ContractSet, JsonValue } from "../../generator/src/model/contract.js";
import { corpus } from "./corpora.js";

const require = createRequire(import.meta.url);

/** The official JSON Schema Test Suite, through the generator's own loader. */
export type SuiteDialect = "draft7" | "draft2020-12";

/** What `$schema` says. */
export const suiteDialects: { readonly [dialect in SuiteDialect]: string } = {
  draft7: "http://json-schema.org/draft-07/schema#",
  "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
};

/** One schema of the suite with its instances. */
export interface SuiteGroup {
  /** `allOf | allOf with base schema`. */
  readonly title: string;
  readonly schema: JsonValue;
  readonly tests: readonly SuiteTest[];
}

export interface SuiteTest {
  readonly description: string;
  readonly data: JsonValue;
  readonly valid: boolean;
}

/** The groups of all tests that an implementation of the dialect must pass. */
export function requiredGroups(dialect: SuiteDialect): readonly SuiteGroup[] {
  return groupsIn(dialect);
}

/** The groups of the tests for implementations that check formats. */
export function formatGroups(dialect: SuiteDialect): readonly SuiteGroup[] {
  return groupsIn(dialect, "optional/format");
}

function groupsIn(dialect: SuiteDialect, part = ""): readonly SuiteGroup[] {
  const folder = join(corpus("json-schema-test-suite"), "tests", dialect, part);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => readGroups(join(folder, name)));
}

function readGroups(file: string): readonly SuiteGroup[] {
  const groups: readonly (Omit<SuiteGroup, "title"> & { readonly description: string })[] = JSON.parse(
    readFileSync(file, "utf8"),
  );
  return groups.map(({ description, schema, tests }) => ({
    title: `${basename(file, ".json")} | ${description}`,
    schema,
    tests,
  }));
}

/** The contract set of one event `Payload` with the group's schema; or the first rule for which it is refused. */
export function loadGroup(
  group: SuiteGroup,
  dialect: SuiteDialect,
  folder: string,
): { readonly set: ContractSet } | { readonly refused: string } {
  const schemas = join(folder, "schemas");
  mkdirSync(schemas, { recursive: true });
  const schema =
    typeof group.schema === "object" ? { $schema: suiteDialects[dialect], ...group.schema } : group.schema;
  const channel = { channel: "suite", events: { Payload: { payload: { $ref: "payload.schema.json" } } } };
  writeFileSync(join(schemas, "payload.schema.json"), JSON.stringify(schema));
  writeFileSync(join(schemas, "suite.channel.json"), JSON.stringify(channel));
  try {
    return { set: loadContracts({ schemas: "schemas", roots: [], workingFolder: folder }).set };
  } catch (error) {
    if (error instanceof FindingsError) return { refused: error.findings[0]?.rule ?? "" };
    throw error;
  }
}

/** The schemas that the suite expects on a server, as files that say what address they have, in `folder` for groups loaded there. */
export function copyRemotes(dialect: SuiteDialect, folder: string): void {
  const remotes = join(corpus("json-schema-test-suite"), "remotes");
  const schemas = join(folder, "schemas/remotes");
  for (const path of readdirSync(remotes, { recursive: true, encoding: "utf8" })) {
    const isForAll = !/^(?:draft|v1)/.test(path);
    if (!path.endsWith(".json") || !(isForAll || path.startsWith(`${dialect}/`))) continue;
    const schema = JSON.parse(readFileSync(join(remotes, path), "utf8"));
    const said = { $schema: suiteDialects[dialect], $id: `http://localhost:1234/${path}` };
    mkdirSync(dirname(join(schemas, path)), { recursive: true });
    writeFileSync(join(schemas, path), JSON.stringify({ ...said, ...schema }));
  }
  const metaSchemas = dirname(require.resolve("ajv/dist/refs/json-schema-draft-07.json"));
  const metaSchema = dialect === "draft7" ? "json-schema-draft-07.json" : "json-schema-2020-12";
  cpSync(join(metaSchemas, metaSchema), join(schemas, metaSchema), { recursive: true });
}
