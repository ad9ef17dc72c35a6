import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Validator } from "@eventwright/runtime/contract";
import { afterAll, expect, test } from "vitest";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { loadGroup, requiredGroups, type SuiteDialect } from "../../helpers/json-schema-suite.js";
import { importValidators } from "./compile.js";

const folder = mkdtempSync(join(tmpdir(), "eventwright-suite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Why schemas are refused, and the largest share of the tests that may go with them. */
const refusals: Readonly<
  Record<SuiteDialect, { readonly rules: readonly string[]; readonly share: number }>
> = {
  draft7: { rules: ["invalid-id", "reference-to-nowhere", "unknown-address"], share: 0.04 },
  "draft2020-12": {
    rules: ["dynamic-reference", "invalid-id", "reference-to-nowhere", "unknown-address", "unknown-dialect"],
    share: 0.08,
  },
};

for (const dialect of ["draft7", "draft2020-12"] as const) {
  test(`validators: agree with the official suite, ${dialect}`, { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    const rules = new Set<string>();
    let accepted = 0;
    let refused = 0;
    for (const [index, group] of requiredGroups(dialect).entries()) {
      const loaded = loadGroup(group, dialect, join(folder, `${dialect}-${index}`));
      if ("refused" in loaded) {
        rules.add(loaded.refused);
        refused += group.tests.length;
        continue;
      }
      const validate = await importPayloadValidator(loaded.set);
      for (const { description, data, valid } of group.tests) {
        accepted += 1;
        const asReader = validate(data, false) === undefined;
        if (asReader !== (valid && !isFormatRemark(description)))
          wrong.push(`${group.title}: ${description}`);
        // What a writer may send, a reader takes.
        if (validate(data, true) === undefined && !asReader)
          wrong.push(`closed: ${group.title}: ${description}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(refusals[dialect].rules).toEqual(expect.arrayContaining([...rules]));
    expect(refused / (accepted + refused)).toBeLessThan(refusals[dialect].share);
    expect(accepted).toBeGreaterThan(850);
  });
}

/** The suite holds formats for remarks unless asked otherwise; here they are always checked. */
function isFormatRemark(description: string): boolean {
  return description.endsWith("is only an annotation by default");
}

async function importPayloadValidator(set: ContractSet): Promise<Validator> {
  const payload = set.channels[0]?.contracts[0]?.payload;
  const name = set.types.find(({ key }) => key === payload)?.name;
  const validate = (await importValidators(set)).get(`validate${name}`);
  if (validate === undefined) throw new Error("the payload has no validator");
  return validate;
}
