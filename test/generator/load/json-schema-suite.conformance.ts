import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { makeFolder } from "../../helpers/folders.js";
import {
  copyRemotes,
  loadGroup,
  requiredGroups,
  type SuiteDialect,
} from "../../helpers/json-schema-suite.js";

/** The parts of the suite that are about references and identities. */
const aboutReferences =
  /^(?:anchor|definitions|defs|dynamicRef|id|infinite-loop-detection|ref|refRemote|unknownKeyword|vocabulary) \|/;

/** `refused` counts the groups that are refused by the rule of their first finding. */
describe.each<{ readonly dialect: SuiteDialect; readonly groups: number; readonly refused: object }>([
  { dialect: "draft7", groups: 48, refused: {} },
  {
    dialect: "draft2020-12",
    groups: 80,
    // The meta-schema is itself built on dynamic references; two schemas are known by another address than their own.
    refused: { "dynamic-reference": 16, "unknown-address": 2, "unknown-dialect": 2 },
  },
])("load: references of the JSON Schema Test Suite, $dialect", ({ dialect, groups, refused }) => {
  test("lead where the suite says, or are refused for a known reason", () => {
    const folder = makeFolder();
    copyRemotes(dialect, folder);
    const chosen = requiredGroups(dialect).filter(({ title }) => aboutReferences.test(title));
    const refusals: Record<string, number> = {};
    const wrong: string[] = [];
    for (const group of chosen) {
      const loaded = loadGroup(group, dialect, folder);
      if ("refused" in loaded) {
        refusals[loaded.refused] = (refusals[loaded.refused] ?? 0) + 1;
        continue;
      }
      const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(bundle(loaded.set));
      for (const { data, valid, description } of group.tests) {
        if (isValid(data) !== valid) wrong.push(`${group.title} | ${description}`);
      }
    }
    expect(wrong).toEqual([]);
    expect({ groups: chosen.length, refused: refusals }).toEqual({ groups, refused });
  });
});

/** All types as one schema, for another validator: the payload of the first contract. */
function bundle({ channels, types }: ContractSet): object {
  const names = new Map(types.map(({ key }, index) => [key, `#/$defs/${index}`]));
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, held]) => [
        name,
        (name === "$ref" && names.get(held)) || rename(held),
      ]),
    );
  };
  const payload = channels[0]?.contracts[0]?.payload ?? "";
  return { $ref: names.get(payload), $defs: { ...types.map(({ schema }) => rename(schema)) } };
}
