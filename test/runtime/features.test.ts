import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Every feature of the runtime by its id; each has at least one test that is named after it. */
const features: readonly string[] = [
  ...["C1", "C2", "C3", "C4", "C5"],
  ...["P1", "P2", "P3", "P4", "P5", "P6"],
  ...["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L12", "L13", "L14", "L15"],
  ...["E1", "E2", "E3", "E4"],
  ...["Q1", "Q2", "Q3", "Q4", "Q5"],
  ...["B1", "B2", "B3", "B6"],
];

/** Shown by the tests of the Redis and the AMQP broker, on real servers. */
const featuresOfServers: readonly string[] = ["B4", "B5"];

const testFolder = join(import.meta.dirname, "..");

function testNames(folder: string): readonly string[] {
  return readdirSync(join(testFolder, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .flatMap((file) => {
      const text = readFileSync(join(testFolder, folder, file), "utf8");
      return Array.from(
        text.matchAll(/^test(?:\.for\([^\n]*\))?\(\s*"([^"]+)"/gm),
        (match) => match[1] ?? "",
      );
    });
}

test("features: every one has a test that is named after it", () => {
  const names = testNames("runtime");
  const missing = features.filter((id) => !names.some((name) => name.startsWith(`${id}: `)));
  expect(names.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test("features: no test names one that is not listed", () => {
  const ids = testNames("runtime").flatMap((name) => /^([A-Z]\d+): /.exec(name)?.[1] ?? []);
  const unknown = ids.filter((id) => ![...features, ...featuresOfServers].includes(id));
  expect(unknown).toEqual([]);
});
