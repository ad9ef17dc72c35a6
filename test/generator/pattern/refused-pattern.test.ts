import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FindingsError } from "../../../generator/src/errors.js";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";

/** The findings of a channel with one event of that schema, as "pointer rule". */
function findings(schema: object): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "eventwright-pattern-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "schemas"));
  const channel = { channel: "test", events: { Tested: { payload: schema } } };
  writeFileSync(join(folder, "schemas/test.channel.json"), JSON.stringify(channel));
  try {
    loadContracts({ schemas: "schemas", roots: [], workingFolder: folder });
    return [];
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    return error.findings.map(({ at, rule }) => `${at.pointer} ${rule}`);
  }
}

test("slow pattern: is refused unless maxLength bounds it", () => {
  const at = "/events/Tested/payload/pattern";
  expect(findings({ type: "string", pattern: "^(a+)+$" })).toEqual([`${at} slow-pattern`]);
  expect(findings({ type: "string", pattern: "^(a+)+$", maxLength: 1_000 })).toEqual([`${at} slow-pattern`]);
  expect(findings({ type: "string", pattern: "^(a+)+$", maxLength: 20 })).toEqual([]);
  expect(findings({ type: "string", pattern: "^[a-z]+$" })).toEqual([]);
});

test("slow pattern: is refused in patternProperties unless the names are short", () => {
  const slow = { type: "object", patternProperties: { "^(a+)+$": true } };
  expect(findings(slow)).toEqual(["/events/Tested/payload/patternProperties/^(a+)+$ slow-pattern"]);
  expect(findings({ ...slow, propertyNames: { maxLength: 20 } })).toEqual([]);
});
