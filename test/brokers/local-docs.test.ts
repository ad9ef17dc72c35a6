import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brokenBrokers, brokerCases } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";

const docs = readFileSync(join(import.meta.dirname, "../../docs/broker-suite.md"), "utf8");

test("broker suite: the docs list every test and every broken broker", () => {
  const tested = docs.slice(docs.indexOf("## What is tested"));
  const rows = tested.split("\n").filter((line) => line.startsWith("| ") && !line.includes("---"));
  const cases = brokerCases.map(({ id, promise, needs }) => {
    return `| ${id} | ${promise} | ${needs === undefined ? "" : `\`${needs}\``} |`;
  });
  const broken = brokenBrokers.map(({ fault, caughtBy }) => `| ${fault} | ${caughtBy.join(", ")} |`);
  expect(rows).toEqual(["| id | promise | needs |", ...cases, "| a broker that | is caught by |", ...broken]);
});

test("broker suite: ids are unique, and every broken broker is caught by a test that there is", () => {
  const ids = brokerCases.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { caughtBy } of brokenBrokers) {
    expect(caughtBy.length).toBeGreaterThan(0);
    for (const id of caughtBy) expect(ids).toContain(id);
  }
});
