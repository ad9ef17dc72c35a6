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

const columns = {
  attempts: "attempted",
  accepted: "accepted",
  unknown: "unknown",
  handled: "handled",
  "dead letters": "deadLetters",
  lost: "lost",
  doubled: "doubled",
  recovered: "recovered",
  forgotten: "forgotten",
} as const;

/** Writes the runs as a table in Markdown. */
export async function writeReport(path: string, rows: readonly Row[]): Promise<void> {
  const titles = ["row", "broker", "seed", ...Object.keys(columns), "longest gap, ms", "broken"];
  const table = [
    titles,
    titles.map(() => "---"),
    ...rows.map(({ scenario, broker, seed, verdict }) => [
      scenario.id,
      broker,
      String(seed),
      ...Object.values(columns).map((column) => String(verdict.counts[column])),
      gapsOf(verdict),
      verdict.breaches.map(({ invariant }) => invariant).join(", ") || "none",
    ]),
  ];
  await writeFile(path, `${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
}

/** By fault, where there are several. */
function gapsOf({ counts, gaps }: Verdict): string {
  if (gaps.length < 2) return String(counts.longestGapMs);
  return gaps.map(({ fault, ms }) => `${fault} ${ms}`).join(", ");
}
