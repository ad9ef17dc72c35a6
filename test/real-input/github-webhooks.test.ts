import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { generate } from "eventwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forEachMutant, type Json } from "../helpers/mutants.js";
import {
  schemaFile,
  type WebhookExample,
  webhookDefinitions,
  webhookExamples,
  writeWebhooksChannel,
} from "../helpers/webhooks.js";
import { refusedExamples, unwritableExamples } from "./refused-examples.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

interface Contract {
  serialize(payload: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
  is(value: unknown): boolean;
}

/** All of GitHub's webhooks: schemas and payloads that nobody here wrote. */
describe("github webhooks", () => {
  const folder = mkdtempSync(join(tmpdir(), "eventwright-webhooks-"));
  // Below node_modules: imported by Node itself, as users would.
  const out = join(folder, "node_modules/webhooks");
  const examples = webhookExamples();
  let contracts: { readonly [name: string]: Contract };

  const contractOf = (name: string): Contract => {
    const contract = contracts[name];
    if (contract === undefined) throw new Error(`no contract ${name}`);
    return contract;
  };

  beforeAll(async () => {
    const { schemas, root } = await writeWebhooksChannel(folder);
    mkdirSync(join(folder, "node_modules/@eventwright"), { recursive: true });
    symlinkSync(join(repository, "runtime"), join(folder, "node_modules/@eventwright/runtime"));
    await generate({ workingFolder: folder, schemas, out, roots: [root], package: "webhooks" });
    contracts = await import(pathToFileURL(join(out, "github/index.js")).href);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("all become contracts", () => {
    const names = Object.values(contracts).flatMap((value) => ("serialize" in value ? [value] : []));
    expect(webhookDefinitions()).toHaveLength(224);
    expect(names).toHaveLength(224);
  });

  it("accept exactly those example payloads that the schemas allow, and give them back unchanged", () => {
    const refused = examples.flatMap(({ contract, definition, index, payload }) => {
      const violation = attempt(() => {
        expect(contractOf(contract).deserialize(encode(payload))).toEqual(payload);
      });
      return violation === undefined ? [] : [`${definition} ${index} ${violation}`];
    });
    expect(examples).toHaveLength(329);
    expect(refused).toHaveLength(53);
    expect(refused.sort()).toEqual([...refusedExamples].sort());
  });

  it("serialize every accepted payload to the same JSON, but for two with undeclared members", () => {
    const refused = examples.filter(isAllowed).flatMap(({ contract, definition, index, payload }) => {
      const violation = attempt(() => {
        const bytes = contractOf(contract).serialize(payload);
        expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(payload);
      });
      return violation === undefined ? [] : [`${definition} ${index} ${violation}`];
    });
    expect(examples.filter(isAllowed)).toHaveLength(276);
    expect(refused.sort()).toEqual(unwritableExamples);
  });

  it("refuse every mutant at the right path", () => {
    const { definitions } = JSON.parse(readFileSync(schemaFile, "utf8"));
    const counts = { required: 0, type: 0, enum: 0 };
    const wrong: string[] = [];
    for (const { contract, definition, payload } of firstAllowedExamples()) {
      forEachMutant(definitions, definitions[definition], payload as Json, ({ kind, path }) => {
        counts[kind]++;
        const found = attempt(() => contractOf(contract).deserialize(encode(payload)))?.split(" ")[0];
        if (found !== path) wrong.push(`${definition}: ${kind} at ${path} gives ${found}`);
      });
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(counts).toEqual({ required: 24_418, type: 21_958, enum: 1_150 });
  }, 120_000);

  it("compile under the strictest flags", () => {
    const flags = [
      "strict",
      "exactOptionalPropertyTypes",
      "noUncheckedIndexedAccess",
      "verbatimModuleSyntax",
    ];
    const more = [
      "noPropertyAccessFromIndexSignature",
      "isolatedModules",
      "noUnusedLocals",
      "noUnusedParameters",
    ];
    cpSync(out, join(folder, "contracts"), { recursive: true });
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          ...Object.fromEntries([...flags, ...more].map((flag) => [flag, true])),
          target: "es2022",
          module: "nodenext",
          noEmit: true,
          skipLibCheck: false,
          types: [],
        },
        include: ["contracts"],
      }),
    );
    const tsc = join(repository, "node_modules/.bin/tsc");
    expect(execFileSync(tsc, ["-p", folder], { encoding: "utf8" })).toBe("");
  }, 120_000);

  /** The first example of each webhook that its schema allows. */
  function firstAllowedExamples(): WebhookExample[] {
    const seen = new Set<string>();
    return examples.filter((example) => {
      if (seen.has(example.definition) || !isAllowed(example)) return false;
      seen.add(example.definition);
      return true;
    });
  }
});

const refusedIds = new Set(refusedExamples.map((line) => line.split(" ").slice(0, 2).join(" ")));

function isAllowed({ definition, index }: WebhookExample): boolean {
  return !refusedIds.has(`${definition} ${index}`);
}

function encode(payload: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(payload));
}

/** Path and keyword of the violation that `work` ends with, if it ends with one. */
function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return violationOf(error);
  }
}

/** Path and keyword of a PayloadError; any other error is thrown on. */
function violationOf(error: unknown): string {
  if (!(error instanceof Error) || error.name !== "PayloadError" || !("violation" in error)) throw error;
  const { path, keyword } = error.violation as { path: string; keyword: string };
  return `${path} ${keyword}`;
}
