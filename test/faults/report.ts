import { writeFile } from "node:fs/promises";
import type { Verdict } from "./checker.js";
import type { BrokerKind } from "./processes/plan.js";
import type { Scenario } from "./scenario.js";

/** One run. */
export interface Row {
  readonly scenario: Scenario;
  readonly broker: BrokerKind;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly seconds: number;
}

const columns = [
  "attempted",
  "accepted",
  "unknown",
  "handled",
  "deadLetters",
  "lost",
  "doubled",
  "recovered",
  "forgotten",
  "longestGapMs",
] as const;

/** Writes the runs as a table in Markdown. */
export async function writeReport(path: string, rows: readonly Row[]): Promise<void> {
  const titles = ["fault", "broker", "seed", ...columns, "breaches"];
  const table = [
    titles,
    titles.map(() => "---"),
    ...rows.map(({ scenario, broker, seed, verdict }) => [
      `${scenario.id}: ${scenario.title}`,
      broker,
      String(seed),
      ...columns.map((column) => String(verdict.counts[column])),
      verdict.breaches.map(({ invariant }) => invariant).join(", ") || "none",
    ]),
  ];
  await writeFile(path, `${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
}
