import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../generator/src/model/contract.js";
import { importValidators, setOf } from "./compile.js";
import { type RandomOptions, types, value } from "./random-schemas.js";
import { fits, type Types } from "./reference.js";

/** `EVENTWRIGHT_FUZZ_RUNS` asks for more than the everyday number of random sets. */
const numRuns = Number(process.env.EVENTWRIGHT_FUZZ_RUNS ?? 100);
// ajv cannot compare objects with a member `toString`, does not see one called `__proto__`, and lets an empty array
// pass `contains` beside `prefixItems`.
const plain: RandomOptions = { names: ["a", "b", "x/y~"], exotic: false };
const nasty: RandomOptions = { names: ["a", "b", "toString", "__proto__", "x/y~"], exotic: true };

test("validators: agree with ajv on random schemas and values", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(types(plain), valuesOf(plain), async (schemas, candidates) => {
      const validate = await validatorOf(schemas);
      const judge = ajvValidator(schemas);
      for (const candidate of candidates) {
        const verdict = judge(candidate);
        if (verdict === undefined) continue;
        expect([candidate, validate(candidate, false) === undefined]).toEqual([candidate, verdict]);
      }
    }),
    { numRuns },
  );
});

for (const closed of [false, true]) {
  const who = closed ? "writers" : "readers";
  test(`validators: agree with the specification on random schemas, for ${who}`, {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(types(nasty), valuesOf(nasty), async (schemas, candidates) => {
        const validate = await validatorOf(schemas);
        for (const candidate of candidates) {
          const violation = validate(candidate, closed);
          const wanted = fits(schemas.T0 ?? true, candidate, schemas, closed);
          expect([candidate, violation === undefined ? true : violation.path, wanted]).toEqual([
            candidate,
            wanted ? true : expect.any(String),
            wanted,
          ]);
        }
      }),
      { numRuns },
    );
  });
}

async function validatorOf(schemas: Types) {
  // Two modules, so that validators call each other across files too.
  const validators = await importValidators(
    setOf(schemas, (name) => (name > "T1" ? "shared/late" : "early")),
  );
  const validate = validators.get("validateT0");
  if (validate === undefined) throw new Error("no validator");
  return validate;
}

function ajvValidator(schemas: Types): (candidate: JsonValue) => boolean | undefined {
  const ajv = new Ajv2020({
    strict: false,
    ownProperties: true,
    validateFormats: false,
    validateSchema: false,
  });
  const schema = JSON.parse(
    JSON.stringify({ $defs: schemas, $ref: "#/$defs/T0" }).replace(/"\$ref":"(T\d)"/g, '"$ref":"#/$defs/$1"'),
  );
  const compiled = ajv.compile(schema);
  return (candidate) => {
    try {
      return compiled(candidate) === true;
    } catch {
      // Some of its code fails where it keeps track of members for a branch that was not taken: no verdict.
      return undefined;
    }
  };
}

function valuesOf(options: RandomOptions): fc.Arbitrary<readonly JsonValue[]> {
  return fc.array(value(options), { minLength: 20, maxLength: 20 });
}
