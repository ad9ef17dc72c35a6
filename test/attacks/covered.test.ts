import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

interface Attack {
  readonly number: number;
  readonly outcome: string;
}

/** The lines of the table in docs/security.md. */
function documentedAttacks(): readonly Attack[] {
  const text = readFileSync(join(root, "docs/security.md"), "utf8");
  return Array.from(text.matchAll(/^\| (\d+) \| .* \| (.*) \|$/gm), ([, number, outcome = ""]) => ({
    number: Number(number),
    outcome,
  }));
}

/** The numbers in the names of tests. */
function testedAttacks(): ReadonlySet<number> {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => readFileSync(join(root, "test", path), "utf8"));
  return new Set(
    texts.flatMap((text) => Array.from(text.matchAll(/"attack (\d+): /g), ([, number]) => Number(number))),
  );
}

test("attacks: the documentation numbers them without a gap", () => {
  expect(documentedAttacks().map(({ number }) => number)).toEqual(
    Array.from({ length: 42 }, (_, index) => index + 1),
  );
});

test("attacks: each is tested, or said to be not applicable", () => {
  const tested = testedAttacks();
  const untested = documentedAttacks().filter(({ number }) => !tested.has(number));
  expect(untested.map(({ number, outcome }) => `${number} ${outcome.split(":")[0]}`)).toEqual([
    "14 not applicable",
    "28 not applicable",
    "32 not applicable",
    "36 not applicable",
  ]);
});
