import { expect, test } from "vitest";
import { type FuzzReport, fuzzBatch } from "./fuzz-batch.js";

/**
 * `npm run fuzz -- --minutes 10` asks for other batches than everyday's, one after the other; `-- --seed 123` for one
 * of them again.
 */
const { EVENTWRIGHT_FUZZ_MINUTES = "0", EVENTWRIGHT_FUZZ_SEED = "11" } = process.env;
const minutes = Number(EVENTWRIGHT_FUZZ_MINUTES);
const everyday = { seed: Number(EVENTWRIGHT_FUZZ_SEED), size: 60 };

test("fuzz: random schema files become code that compiles, does nothing on import, and judges rightly", {
  timeout: (minutes + 5) * 60_000,
}, async () => {
  if (minutes === 0) {
    const report = await fuzzBatch(everyday.seed, everyday.size);
    expect(report.schemas - report.refused).toBeGreaterThan(everyday.size / 2);
    expect(Math.min(report.valid, report.invalid)).toBeGreaterThan(100);
    return;
  }
  const reports: FuzzReport[] = [];
  const end = performance.now() + minutes * 60_000;
  for (let seed = Date.now() % 1_000_000; performance.now() < end; seed++) {
    try {
      reports.push(await fuzzBatch(seed, everyday.size));
    } catch (error) {
      throw new Error(`the batch of seed ${seed} fails`, { cause: error });
    }
  }
  process.stdout.write(`${JSON.stringify(total(reports))}\n`);
});

function total(reports: readonly FuzzReport[]): FuzzReport {
  const sum = (member: keyof FuzzReport): number => reports.reduce((all, report) => all + report[member], 0);
  return { schemas: sum("schemas"), refused: sum("refused"), valid: sum("valid"), invalid: sum("invalid") };
}
