import { jsonSerializer, PayloadError } from "@eventwright/runtime";
import {
  defineChannel,
  defineEvent,
  type EventContract,
  type Validator,
} from "@eventwright/runtime/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emitValidators } from "../../../generator/src/emit/emit-validators.js";
import { TypeTable } from "../../../generator/src/emit/validators/type-table.js";
import type { InnerSchema, InnerSchemaObject } from "../../../generator/src/model/contract.js";
import { importValidators, setOf } from "./compile.js";
import { type Fitting, fitting } from "./fitting-values.js";
import { nested } from "./strange-values.js";

/** `EVENTWRIGHT_FUZZ_RUNS` asks for more than the everyday number of random sets. */
const numRuns = Number(process.env.EVENTWRIGHT_FUZZ_RUNS ?? 40);
/** So few levels that the deepest of the strange values just fits, if it lies at the surface. */
const maxDepth = 22;
const limits = { maxBytes: 100_000, maxDepth };

test("validators: vouch for no value that JSON cannot hold, and change no verdict", {
  timeout: 600_000,
}, async () => {
  const ends = { vouched: 0, refused: 0, lookedThrough: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(fitting, { minLength: 20, maxLength: 20 }), async (fits) => {
      const contracts = await contractsOf(fits);
      fits.forEach(({ value }, index) => {
        const [vouching, mute] = contracts[index] ?? [];
        if (vouching === undefined || mute === undefined) throw new Error("no contract");
        const wanted = outcome(() => mute.serialize(value));
        expect(outcome(() => vouching.serialize(value))).toEqual(wanted);
        expect(outcome(() => check(vouching, value))).toEqual(outcome(() => check(mute, value)));
        if (typeof wanted !== "string") ends.refused += 1;
        else if (vouching.assertWritable(value)) ends.vouched += 1;
        else ends.lookedThrough += 1;
      });
    }),
    { numRuns },
  );
  expect(ends.vouched).toBeGreaterThan(10 * ends.lookedThrough);
  expect(ends.refused).toBeGreaterThan(numRuns);
});

const money = {
  type: ["object"],
  properties: { amount: { type: ["integer"] } },
  required: ["amount"],
} as const;

test.for<{ name: string; schema: InnerSchema; value: unknown; isJson: boolean }>([
  {
    name: "a member that nothing is said of",
    schema: object({ a: true }),
    value: { a: Number.NaN },
    isJson: false,
  },
  {
    name: "such a member beside typed others",
    schema: { ...object({ a: true }), additionalProperties: { type: ["string"] } },
    value: { a: Number.NaN, b: "b" },
    isJson: false,
  },
  {
    name: "what is closed and typed",
    schema: object({ a: money }),
    value: { a: { amount: 1 } },
    isJson: true,
  },
  {
    name: "open parts that JSON can hold",
    schema: object({ a: {} }),
    value: { a: [{ b: null }] },
    isJson: true,
  },
  {
    name: "parts so deep that all is deeper than allowed",
    schema: object({ a: object({ b: true }) }),
    value: { a: { b: nested(maxDepth - 1) } },
    isJson: false,
  },
  {
    name: "a schema that goes deeper than allowed",
    schema: nestedSchema(maxDepth),
    value: {},
    isJson: false,
  },
  {
    name: "an object of a class",
    schema: object({ a: money }),
    value: {
      a: new (class {
        readonly amount = 1;
      })(),
    },
    isJson: false,
  },
  {
    name: "half a surrogate pair",
    schema: object({ a: { type: ["string"] } }),
    value: { a: "\ud800" },
    isJson: false,
  },
])("validators: $name: vouched for is $isJson", async ({ schema, value, isJson }) => {
  const [contracts] = await contractsOf([{ schema, types: {}, value }]);
  expect(contracts?.[0].assertWritable(value)).toBe(isJson);
});

function object(properties: Readonly<Record<string, InnerSchema>>): InnerSchemaObject {
  return { type: ["object"], properties };
}

function nestedSchema(levels: number): InnerSchema {
  return levels === 0 ? true : object({ a: nestedSchema(levels - 1) });
}

test("validators: ask the runtime about nothing that is closed and typed", () => {
  const schema = {
    ...object({
      id: { type: ["string"], format: "uuid" },
      lines: { type: ["array"], items: money },
      state: { enum: ["new", "paid"] },
    }),
  };
  const [file] = emitValidators(setOf({ Root: schema }), "js");
  expect(file?.text).not.toContain("vouch");
});

/** For each schema two contracts of one validator: what one vouches for, the other has looked through. */
async function contractsOf(fits: readonly Fitting[]) {
  const roots = Object.fromEntries(fits.map(({ schema }, index) => [`Root${index}`, schema]));
  const set = setOf(Object.assign({}, roots, ...fits.map(({ types }) => types)));
  const validators = await importValidators(set);
  const table = new TypeTable(set.types);
  return Object.keys(roots).map((name) => {
    const validator = validators.get(`validate${name}`);
    if (validator === undefined) throw new Error("no validator");
    return [contractOf(validator, table.levels(name)), contractOf(validator)] as const;
  });
}

function contractOf(payload: Validator, levels?: number): EventContract<unknown> {
  const channel = defineChannel({ name: "test", address: "test", durable: false, limits });
  const definition = { name: "T0", channel, type: "test.T0.v1", version: 1, payload };
  return defineEvent(levels === undefined ? definition : { ...definition, levels });
}

function check(contract: EventContract<unknown>, value: unknown): void {
  const isJson = contract.assertWritable(value);
  jsonSerializer.check?.("T0", value, isJson);
}

/** The bytes as text, or what was thrown. */
function outcome(run: () => unknown): unknown {
  try {
    const result = run();
    return result instanceof Uint8Array ? Buffer.from(result).toString() : result;
  } catch (error) {
    if (error instanceof PayloadError) return { code: error.code, violation: error.violation };
    return error instanceof Error ? error.name : error;
  }
}
