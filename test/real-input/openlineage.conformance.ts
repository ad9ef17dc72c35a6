import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileTypes } from "../helpers/compile-types.js";
import { corpus } from "../helpers/corpora.js";
import { readFiles } from "../helpers/folders.js";
import { type GeneratedContract, generateContracts } from "../helpers/generated-contracts.js";

interface Payload {
  readonly [facet: string]: unknown;
}

test("openlineage: facets become contracts that compile, take all example payloads, and refuse others", {
  timeout: 120_000,
}, async () => {
  const root = join(corpus("openlineage"), "spec");
  const facets = readdirSync(join(root, "tests")).filter((name) => !name.endsWith(".json"));
  const refTo = (path: string): { readonly $ref: string } => {
    const { $id }: { readonly $id: string } = JSON.parse(readFileSync(join(root, path), "utf8"));
    return { $ref: $id };
  };
  const events = {
    ...Object.fromEntries(
      facets.map((facet) => [`${facet}Seen`, { payload: refTo(`facets/${facet}.json`) }]),
    ),
    RunSeen: { payload: refTo("OpenLineage.json") },
  };
  const { contract, out } = await generateContracts(
    { "lineage.channel.json": { channel: "lineage", events } },
    [root],
  );

  let payloads = 0;
  for (const facet of facets) {
    for (const name of readdirSync(join(root, "tests", facet))) {
      const payload: Payload = JSON.parse(readFileSync(join(root, "tests", facet, name), "utf8"));
      check(contract(`${facet}Seen`), payload);
      payloads += 1;
    }
  }
  expect(payloads).toBe(46);
  const event: Payload = JSON.parse(readFileSync(join(root, "tests/example_full_event.json"), "utf8"));
  expect(contract("RunSeen").is(event)).toBe(true);
  expect(contract("RunSeen").is({ ...event, eventTime: "yesterday" })).toBe(false);

  const declarations = Object.entries(readFiles(out)).filter(([path]) => path.endsWith(".d.ts"));
  const files = new Map(declarations.map(([path, text]) => [join(out, path), text]));
  expect(compileTypes(files).filter(({ file }) => file.startsWith(out))).toEqual([]);
});

/** Each facet of the payload must have its producer and schema, and be an object. */
function check(contract: GeneratedContract, payload: Payload): void {
  expect(contract.deserialize(new TextEncoder().encode(JSON.stringify(payload)))).toEqual(payload);
  for (const facet of Object.keys(payload)) {
    expect(contract.is({ ...payload, [facet]: "text" })).toBe(false);
    expect(contract.is({ ...payload, [facet]: {} })).toBe(false);
  }
}
