import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import { typeName } from "../../../generator/src/model/names.js";
import { corpus } from "../../helpers/corpora.js";
import { workingFolder } from "./load-files.js";

test("load: OpenLineage's schemas refer to each other by absolute addresses, of which none is fetched", () => {
  const root = join(corpus("openlineage"), "spec");
  const schemas = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && !path.startsWith("tests/"))
    .map((path): { readonly $id?: string } => JSON.parse(readFileSync(join(root, path), "utf8")))
    .flatMap(({ $id }) => $id ?? []);
  const events = Object.fromEntries(
    schemas.map(($ref) => [
      typeName(`${$ref.split("/").at(-1)?.replace(".json", "")}-seen`),
      { payload: { $ref } },
    ]),
  );
  const folder = workingFolder({ "schemas/lineage.channel.json": { channel: "lineage", events } });

  const { set } = loadContracts({ schemas: "schemas", roots: [root], workingFolder: folder });

  expect(set.channels[0]?.contracts).toHaveLength(schemas.length);
  expect(schemas.length).toBeGreaterThan(40);
  const runFacet = set.types.filter(({ key }) => key.endsWith("/OpenLineage.json#/$defs/RunFacet"));
  expect(runFacet).toMatchObject([{ name: "RunFacet", module: "shared/run-facet" }]);
  const users = set.types.filter(({ references }) => references.includes(runFacet[0]?.key ?? ""));
  expect(users.length).toBeGreaterThan(8);
});
