import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import { compileTypes, literal } from "../../helpers/compile-types.js";
import { makeFolder } from "../../helpers/folders.js";
import { render } from "../../helpers/named-types.js";
import { schemaFile, webhookExamples, writeWebhooksChannel } from "../../helpers/webhooks.js";

test("types: GitHub's webhooks compile, take every valid payload and hardly any other", async () => {
  const folder = makeFolder();
  const { schemas, root } = await writeWebhooksChannel(folder);
  const { set } = loadContracts({ schemas: relative(folder, schemas), roots: [root], workingFolder: folder });
  const text = [...(await render(set.types)).values()].join("");

  const ajv = new Ajv({ strict: false, validateFormats: false, inlineRefs: false, messages: false });
  ajv.addSchema(JSON.parse(readFileSync(schemaFile, "utf8")), "webhooks");
  const examples = webhookExamples().map(({ definition, contract, payload }) => ({
    value: `: ${contract} = ${literal(payload)};\n`,
    valid: ajv.validate(`webhooks#/definitions/${encodeURIComponent(definition)}`, payload),
  }));
  const values = examples.map(({ value }, index) => `export const v${index}${value}`);
  const complaints = compileTypes(new Map([["/webhooks/types.ts", text + values.join("")]]));

  const first = text.split("\n").length;
  const refused = new Set(complaints.map(({ line }) => line - first));
  expect([...refused].filter((index) => index < 0)).toEqual([]);
  const numbered = examples.map(({ valid }, index) => ({ valid, fits: !refused.has(index) }));
  expect(numbered.filter(({ valid, fits }) => valid && !fits)).toEqual([]);
  expect(numbered.filter(({ valid }) => valid)).toHaveLength(277);
  // Of the 52 payloads that are newer than the schemas.
  expect(numbered.filter(({ valid, fits }) => !valid && fits).length).toBeLessThanOrEqual(1);
}, 120_000);
