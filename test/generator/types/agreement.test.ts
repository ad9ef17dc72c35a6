import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../generator/src/model/contract.js";
import { compileTypes, literal } from "../../helpers/compile-types.js";
import { render } from "../../helpers/named-types.js";
import { setOf } from "../validators/compile.js";
import { type RandomOptions, types, value } from "../validators/random-schemas.js";
import { fits, type Types } from "../validators/reference.js";

/** `EVENTWRIGHT_FUZZ_RUNS` asks for more than the everyday number of random sets, and for others than everyday. */
const { EVENTWRIGHT_FUZZ_RUNS: wantedRuns } = process.env;
const sampling = wantedRuns === undefined ? { numRuns: 300, seed: 5 } : { numRuns: Number(wantedRuns) };
const options: RandomOptions = { names: ["a", "b", "length", "__proto__"], exotic: true };

interface Assignment {
  readonly schemas: Types;
  readonly value: JsonValue;
  readonly fits: boolean;
}

test("types: never refuse what a writer may send, on random schemas", { timeout: 600_000 }, async () => {
  const { assignments, brokenTypes } = await assignAll();
  expect(brokenTypes).toEqual([]);
  const isValid = ({ schemas, value: each }: Assignment): boolean =>
    fits(schemas.T0 ?? true, each, schemas, true);
  const [valid, invalid] = [true, false].map((wanted) =>
    assignments.filter((each) => isValid(each) === wanted),
  );
  expect(valid?.filter((each) => !each.fits)).toEqual([]);
  // Types that took everything would pass, too.
  const refused = invalid?.filter((each) => !each.fits) ?? [];
  expect(refused.length / (invalid?.length ?? 0)).toBeGreaterThan(0.85);
});

/** Assigns random values to the types of random schemas, in one program. */
async function assignAll(): Promise<{
  readonly assignments: readonly Assignment[];
  readonly brokenTypes: readonly string[];
}> {
  const values = fc.array(value(options), { minLength: 20, maxLength: 20 });
  const cases = fc.sample(fc.record({ schemas: types(options), values }), sampling);
  const texts = await Promise.all(cases.map(({ schemas }) => render(setOf(schemas).types)));
  const heads = texts.map((declared) => [...declared.values()].join(""));
  const fileOf = (index: number): string => `/random/types${index}.ts`;
  const files = cases.map((each, index) => {
    const lines = each.values.map((it, number) => `export const v${number}: T0 = ${literal(it)};\n`);
    return [fileOf(index), `${heads[index]}${lines.join("")}`] as const;
  });
  const complaints = new Map(
    compileTypes(new Map(files)).map(({ file, line, message }) => [`${file}:${line}`, message]),
  );
  const assignments = cases.flatMap(({ schemas, values: each }, index) => {
    const first = heads[index]?.split("\n").length ?? 0;
    return each.map((it, number) => ({
      schemas,
      value: it,
      fits: !complaints.delete(`${fileOf(index)}:${first + number}`),
    }));
  });
  return { assignments, brokenTypes: [...complaints.values()] };
}
