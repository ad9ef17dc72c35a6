import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDateTime, isEmail, isUri, isUriTemplate } from "@eventwright/runtime/contract";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emitValidators } from "../../../generator/src/emit/emit-validators.js";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { schemaFile, webhookExamples, writeWebhooksChannel } from "../../helpers/webhooks.js";
import { importValidators } from "./compile.js";

let folder = "";
let set: ContractSet = { channels: [], types: [] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eventwright-webhooks-"));
  const { root } = await writeWebhooksChannel(folder);
  set = loadContracts({ schemas: "schemas", roots: [root], workingFolder: folder }).set;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("validators: GitHub's webhooks cost little code, shared definitions once", () => {
  const files = emitValidators(set, "ts").filter(({ path }) => path.endsWith(".js"));
  const names = files.flatMap(({ text }) =>
    Array.from(text.matchAll(/^(?:export )?function (validate\w+)/gm), ([, name]) => name),
  );
  expect(new Set(names).size).toBe(names.length);
  const sizes = files.map(({ text }) => text.length).toSorted((left, right) => left - right);
  expect(sizes.length).toBeGreaterThan(220);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(2_500);
});

test("validators: GitHub's webhooks are judged as ajv judges them, and generated in a fraction of its time", {
  timeout: 300_000,
}, async () => {
  const validators = await importValidators(set);
  const own = cpuMs(() => emitValidators(set, "ts"));
  const formats = { "date-time": isDateTime, email: isEmail, uri: isUri, "uri-template": isUriTemplate };
  const ajv = new Ajv({ strict: false, formats });
  ajv.addSchema(JSON.parse(readFileSync(schemaFile, "utf8")), "webhooks");
  const types = new Map(set.types.map(({ key, name }) => [key, name]));
  const contracts = new Map(set.channels[0]?.contracts.map((contract) => [contract.name, contract]));
  let [fitting, refused, peer] = [0, 0, 0];
  // ajv takes so long to compile that it judges a part of them.
  for (const { definition, contract, payload } of webhookExamples().filter((_, index) => index % 6 === 0)) {
    const validate = validators.get(`validate${types.get(contracts.get(contract)?.payload ?? "")}`);
    let judge: ReturnType<typeof ajv.getSchema>;
    peer += cpuMs(() => {
      judge = ajv.getSchema(`webhooks#/definitions/${encodeURIComponent(definition)}`);
    });
    if (validate === undefined || judge === undefined) throw new Error(`no validator for ${definition}`);
    for (const candidate of [payload, ...variants(payload)]) {
      const violation = validate(candidate, false);
      const fits = violation === undefined;
      expect({ definition, violation, fits }).toMatchObject({ definition, fits: judge(candidate) === true });
      if (fits) fitting += 1;
      else refused += 1;
    }
  }
  expect(fitting).toBeGreaterThan(80);
  expect(refused).toBeGreaterThan(800);
  expect(own).toBeLessThan(peer);
});

test("validators: GitHub's webhooks take the example payloads of their own version", async () => {
  const validators = await importValidators(set);
  const types = new Map(set.types.map(({ key, name }) => [key, name]));
  const contracts = new Map(set.channels[0]?.contracts.map((contract) => [contract.name, contract]));
  const fitting = webhookExamples().filter(({ contract, payload }) => {
    const validate = validators.get(`validate${types.get(contracts.get(contract)?.payload ?? "")}`);
    return validate?.(payload, false) === undefined;
  });
  // The others are examples of members that came or went after the schemas were published.
  expect(fitting.length).toBe(276);
});

/** The payload with each of its members, in turn, replaced, left out, or joined by another. */
function* variants(payload: Readonly<Record<string, unknown>>): Generator<unknown> {
  for (const [name, member] of Object.entries(payload)) {
    const { [name]: _, ...others } = payload;
    yield others;
    yield { ...payload, [name]: typeof member === "number" ? "1" : 1.5 };
    if (typeof member !== "object" || member === null || Array.isArray(member)) continue;
    yield { ...payload, [name]: { ...member, surprise: 1 } };
    for (const inner of Object.keys(member).slice(0, 8)) {
      const { [inner]: _inner, ...rest } = Object.fromEntries(Object.entries(member));
      yield { ...payload, [name]: rest };
      yield { ...payload, [name]: { ...rest, [inner]: [] } };
    }
  }
}

function cpuMs(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
