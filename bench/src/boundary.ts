import { readFileSync } from "node:fs";
import { isDateTime, isEmail, isUri, isUriTemplate } from "@eventwright/runtime/contract";
import { Ajv } from "ajv";
import { makePayloads, type Payload, webhooksSchema } from "./boundary/payloads.js";
import { median, spread, textTable } from "./statistics.js";

/** One line of the table: an operation, and the one that its time is divided by. */
interface Case {
  readonly name: string;
  readonly run: () => unknown;
  readonly twin?: string;
}

/** How long one measurement of a case takes. */
const sliceMs = 40;

/**
 * Times the boundary of a service: parse and check, check and serialize, beside bare JSON and ajv. Arguments: how often
 * (default 9), and a text that the names of the payloads must hold.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [rounds = "9", filter = ""] = args;
  const payloads = await makePayloads();
  for (const payload of payloads.filter(({ name }) => name.includes(filter))) {
    console.log(`${buildTable(payload, Number(rounds))}\n`);
  }
}

function buildTable(payload: Payload, rounds: number): string {
  const cases = buildCases(payload);
  const times = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  // Interleaved, so that a noisy moment of the machine hits all of them; the first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of cases) {
      const ns = measure(run);
      if (round > 0) times.get(name)?.push(ns);
    }
  }
  const rows = cases.map(({ name, twin }) => {
    const own = times.get(name) ?? [];
    const ratio = twin === undefined ? "" : `${(median(own) / median(times.get(twin) ?? [])).toFixed(2)} ×`;
    return [name, spread(own), ratio];
  });
  return textTable([[payload.name, "ns: median (range)", "of its floor"], ...rows]);
}

function buildCases({ text, contract, definition }: Payload): readonly Case[] {
  const value: unknown = JSON.parse(text);
  const bytes = new TextEncoder().encode(text);
  const judge = compileWithAjv(definition);
  return [
    { name: "JSON.parse", run: () => JSON.parse(text) },
    { name: "JSON.parse and check", run: () => contract.is(JSON.parse(text)), twin: "JSON.parse" },
    { name: "deserialize bytes", run: () => contract.deserialize(bytes), twin: "JSON.parse" },
    { name: "JSON.parse and ajv, our formats", run: () => judge(JSON.parse(text)), twin: "JSON.parse" },
    { name: "check alone", run: () => contract.is(value) },
    { name: "ajv alone, our formats", run: () => judge(value) },
    { name: "JSON.stringify", run: () => JSON.stringify(value) },
    { name: "serialize to bytes", run: () => contract.serialize(value), twin: "JSON.stringify" },
  ];
}

function compileWithAjv(definition: string): (value: unknown) => unknown {
  const formats = { "date-time": isDateTime, email: isEmail, uri: isUri, "uri-template": isUriTemplate };
  const ajv = new Ajv({ strict: false, formats });
  ajv.addSchema(JSON.parse(readFileSync(webhooksSchema, "utf8")), "webhooks");
  const validate = ajv.getSchema(`webhooks#/definitions/${encodeURIComponent(definition)}`);
  if (validate === undefined) throw new Error(`no definition ${definition}`);
  return validate;
}

/** Nanoseconds a call. */
function measure(run: () => unknown): number {
  const start = performance.now();
  let calls = 0;
  do {
    for (let call = 0; call < 20; call++) run();
    calls += 20;
  } while (performance.now() - start < sliceMs);
  return ((performance.now() - start) * 1e6) / calls;
}
