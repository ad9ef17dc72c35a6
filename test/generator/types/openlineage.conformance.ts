import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { compileTypes, literal } from "../../helpers/compile-types.js";
import { corpus } from "../../helpers/corpora.js";
import { makeFolder } from "../../helpers/folders.js";
import { render } from "../../helpers/named-types.js";

test("types: OpenLineage's facets compile and take all example payloads", { timeout: 120_000 }, async () => {
  const root = join(corpus("openlineage"), "spec");
  const folders = new Set(readdirSync(join(root, "tests")));
  const facets = readdirSync(join(root, "facets")).filter((name) => folders.has(basename(name, ".json")));
  const payloads = facets.flatMap((facet) => readPayloads(join(root, "tests", basename(facet, ".json"))));
  const events = Object.fromEntries(
    facets.map((facet) => [eventOf(facet), { payload: { $ref: idOf(join(root, "facets", facet)) } }]),
  );
  const folder = makeFolder({
    "schemas/lineage.channel.json": JSON.stringify({ channel: "lineage", events }),
  });
  const { set } = loadContracts({ schemas: "schemas", roots: [root], workingFolder: folder });

  const text = [...(await render(set.types)).values()].join("");
  const assign = (value: unknown, facet: string, name: string): string =>
    `export const ${name}: ${payloadType(set, eventOf(facet))} = ${literal(value)};\n`;
  const right = payloads.map(({ facet, payload }, index) => assign(payload, facet, `right${index}`));
  const wrong = payloads.map(({ facet, payload }, index) =>
    assign(Object.fromEntries(Object.keys(payload).map((name) => [name, 1])), facet, `wrong${index}`),
  );
  const complaints = compileTypes(new Map([["/lineage/types.ts", text + right.join("") + wrong.join("")]]));
  const firstWrong = text.split("\n").length + right.length;
  expect(payloads.length).toBeGreaterThan(40);
  expect(complaints.filter(({ line }) => line < firstWrong)).toEqual([]);
  expect(new Set(complaints.map(({ line }) => line)).size).toBe(wrong.length);
});

function readPayloads(folder: string): readonly { readonly facet: string; readonly payload: object }[] {
  return readdirSync(folder).map((name) => ({
    facet: basename(folder),
    payload: JSON.parse(readFileSync(join(folder, name), "utf8")),
  }));
}

function idOf(file: string): string {
  const { $id }: { readonly $id: string } = JSON.parse(readFileSync(file, "utf8"));
  return $id;
}

function eventOf(facet: string): string {
  return `${basename(facet, ".json")}Seen`;
}

function payloadType({ channels, types }: ContractSet, event: string): string {
  const contract = channels[0]?.contracts.find(({ name }) => name === event);
  return types.find(({ key }) => key === contract?.payload)?.name ?? "";
}
