import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect } from "vitest";
import type { JsonValue } from "../../generator/src/model/contract.js";
import { traces } from "../attacks/tripwire.js";
import { findingsIn } from "../generator/load/load-files.js";
import { fits } from "../generator/validators/reference.js";
import { compileTypes, literal } from "../helpers/compile-types.js";
import { readFiles } from "../helpers/folders.js";
import {
  type GeneratedContract,
  type GeneratedContracts,
  generateContracts,
} from "../helpers/generated-contracts.js";
import { namedTypes } from "../helpers/named-types.js";
import { type FuzzCase, fuzzCase } from "./random-files.js";

/** What a batch tried. */
export interface FuzzReport {
  readonly schemas: number;
  /** Refused with findings. */
  readonly refused: number;
  readonly valid: number;
  readonly invalid: number;
}

interface Trial {
  readonly event: string;
  readonly value: JsonValue;
  readonly valid: boolean;
  /** Valid, and nothing in it that a writer may not add. */
  readonly writable: boolean;
}

/**
 * Generates code from random schema files, imports and compiles it, and holds the verdicts of validators and types
 * against those of others. The same seed gives the same batch.
 */
export async function fuzzBatch(seed: number, size: number): Promise<FuzzReport> {
  const cases = fc.sample(fuzzCase, { seed, numRuns: size });
  const accepted = cases.filter(({ file }) => findingsIn(filesOf([file])).length === 0);
  const before = traces();
  const contracts = await generateContracts(
    Object.fromEntries(
      Object.entries(filesOf(accepted.map(({ file }) => file))).map(([path, file]) => [
        path.slice("schemas/".length),
        file,
      ]),
    ),
  );
  const trials = accepted.flatMap((each, index) =>
    tryValues(each, `Event${index}`, contracts.contract(`Event${index}`)),
  );
  expect(traces()).toEqual(before);
  const written = trials.filter(({ writable, value }) => writable && !hasInheritedName(value));
  expect(complaints(contracts, written)).toEqual([]);
  return {
    schemas: cases.length,
    refused: cases.length - accepted.length,
    valid: trials.filter(({ valid }) => valid).length,
    invalid: trials.filter(({ valid }) => !valid).length,
  };
}

/** A channel with one event for each file. */
function filesOf(files: readonly JsonValue[]): Readonly<Record<string, unknown>> {
  const names = files.map((_, index) => `payload${index}.schema.json`);
  const events = Object.fromEntries(names.map(($ref, index) => [`Event${index}`, { payload: { $ref } }]));
  return {
    "schemas/fuzz.channel.json": { channel: "fuzz", events },
    ...Object.fromEntries(names.map((name, index) => [`schemas/${name}`, files[index]])),
  };
}

function tryValues(
  { schemas, values, judge, file }: FuzzCase,
  event: string,
  contract: GeneratedContract,
): readonly Trial[] {
  const ajv = judge === "ajv" ? ajvJudge(file) : undefined;
  // What a writer may add is decided by keywords that mean something: `then` without `if` does not.
  const raw: Readonly<Record<string, JsonValue>> = JSON.parse(JSON.stringify(schemas));
  const inner = Object.fromEntries(namedTypes(raw, "2020-12").map(({ name, schema }) => [name, schema]));
  return values.map((value) => {
    const valid = ajv?.(value) ?? fits(schemas.T0 ?? true, value, schemas, false);
    const writable = fits(inner.T0 ?? true, value, inner, true);
    const verdict = { value, file, judge, valid: contract.is(value), writable: isWritable(contract, value) };
    expect(verdict).toEqual({ value, file, judge, valid, writable });
    return { event, value, valid, writable };
  });
}

function isWritable(contract: GeneratedContract, value: JsonValue): boolean {
  try {
    contract.serialize(value);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: "PayloadError", code: "PAYLOAD_INVALID" });
    return false;
  }
}

/** No verdict where code of ajv fails that keeps track of members for a branch that was not taken. */
function ajvJudge(file: JsonValue): (value: JsonValue) => boolean | undefined {
  const ajv = new Ajv2020({
    strict: false,
    ownProperties: true,
    validateFormats: false,
    validateSchema: false,
  });
  const isValid = ajv.compile(typeof file === "object" && file !== null ? file : {});
  return (value) => {
    try {
      return isValid(value) === true;
    } catch {
      return undefined;
    }
  };
}

/**
 * Where a type is an object or a primitive value, TypeScript lets the primitive's own `toString` have a say in what
 * kind of array a member of that name is in a literal.
 */
function hasInheritedName(value: JsonValue): boolean {
  return /"(?:toString|constructor|length)":/.test(JSON.stringify(value));
}

/** What the compiler says about all declarations, with each of these values as a literal of its type. */
function complaints({ out }: GeneratedContracts, trials: readonly Trial[]): readonly unknown[] {
  const declarations = Object.entries(readFiles(out)).filter(([path]) => path.endsWith(".d.ts"));
  const lines = trials.map(
    ({ event, value }, index) => `export const value${index}: events.${event} = ${literal(value)};\n`,
  );
  const program = `import type * as events from "./index.js";\n${lines.join("")}`;
  const files = [...declarations, ["values.ts", program] as const];
  const found = compileTypes(new Map(files.map(([path, text]) => [join(out, path), text])));
  return found
    .filter(({ file }) => file.startsWith(out))
    .map(({ message, line, file }) => ({
      message,
      file,
      program: program.split(/[\n\u2028\u2029]/)[line - 1],
    }));
}
