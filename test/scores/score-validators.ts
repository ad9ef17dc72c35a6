import type { Validator } from "@eventwright/runtime/contract";
import type { ContractSet } from "../../generator/src/model/contract.js";
import { importValidators } from "../generator/validators/compile.js";
import { loadGroup, type SuiteDialect, type SuiteGroup } from "../helpers/json-schema-suite.js";

export interface ValidatorScore {
  /** Tests whose verdict is as the suite says. */
  readonly right: number;
  /** All others of schemas that are not refused, and values that a writer may send and no reader takes. */
  readonly wrong: readonly string[];
  /** Titles of the refused groups and the number of their tests, by the rule of the first finding. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

export interface Refusal {
  readonly titles: readonly string[];
  readonly tests: number;
}

/** Holds validators against the suite; `folder` is where its remote schemas lie. */
export async function scoreValidators(
  groups: readonly SuiteGroup[],
  dialect: SuiteDialect,
  folder: string,
): Promise<ValidatorScore> {
  const wrong: string[] = [];
  const refused = new Map<string, Refusal>();
  let right = 0;
  for (const group of groups) {
    const loaded = loadGroup(group, dialect, folder);
    if ("refused" in loaded) {
      const { titles, tests } = refused.get(loaded.refused) ?? { titles: [], tests: 0 };
      refused.set(loaded.refused, { titles: [...titles, group.title], tests: tests + group.tests.length });
      continue;
    }
    const validate = await payloadValidator(loaded.set);
    for (const { description, data, valid } of group.tests) {
      const isTaken = validate(data, false) === undefined;
      if (isTaken === (valid && !isRemark(description))) right += 1;
      else wrong.push(`${group.title} | ${description}`);
      if (!isTaken && validate(data, true) === undefined)
        wrong.push(`written: ${group.title} | ${description}`);
    }
  }
  return { right, wrong, refused };
}

/** The suite holds formats for remarks unless asked otherwise; here they are always checked. */
function isRemark(description: string): boolean {
  return description.endsWith("is only an annotation by default");
}

async function payloadValidator(set: ContractSet): Promise<Validator> {
  const payload = set.channels[0]?.contracts[0]?.payload;
  const name = set.types.find(({ key }) => key === payload)?.name;
  const validate = (await importValidators(set)).get(`validate${name}`);
  if (validate === undefined) throw new Error("the payload has no validator");
  return validate;
}
