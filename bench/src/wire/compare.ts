import { median, spread, textTable } from "../statistics.js";
import type { Task } from "./child.js";
import { Pair, type Run } from "./pair.js";

export interface Comparison {
  /** Heads the table. */
  readonly title: string;
  /** URL of a module that exports `subjects`. */
  readonly module: string;
  readonly url: string;
  /** Names of subjects, with how many events of each; the first is what the others are divided by. */
  readonly subjects: readonly (readonly [name: string, events: number])[];
  readonly bytes: number;
  /** Measured runs of each. */
  readonly rounds: number;
  /** Events a second, for a table of latencies. */
  readonly rate?: number;
  /** Run on the server between two runs. */
  readonly tidy: () => Promise<unknown>;
}

/** Publishes that may be under way: what a bus of ours has by default. */
const window = 256;

/** Runs subjects in turn, so that a noisy moment of the machine hits all of them; a first round only warms up. */
export async function compare(comparison: Comparison): Promise<string> {
  const { subjects, bytes, rounds, rate, module, url, tidy } = comparison;
  const pairs: { readonly name: string; readonly pair: Pair; readonly task: Task; readonly runs: Run[] }[] =
    [];
  try {
    for (const [name, events] of subjects) {
      const pair = await Pair.start({ module, subject: name, url });
      const task = { events, bytes, window, ...(rate === undefined ? {} : { rate }) };
      pairs.push({ name, pair, task, runs: [] });
    }
    for (let round = 0; round <= rounds; round++) {
      for (const { pair, task, runs } of pairs) {
        const run = await pair.run(task);
        if (round > 0) runs.push(run);
        await tidy();
      }
    }
  } finally {
    await Promise.all(pairs.map(({ pair }) => pair.close()));
  }
  return rate === undefined ? throughputTable(comparison, pairs) : latencyTable(comparison, pairs);
}

type Measured = readonly { readonly name: string; readonly runs: readonly Run[] }[];

function throughputTable({ title }: Comparison, measured: Measured): string {
  const floor = measured[0]?.runs ?? [];
  const rows = measured.map(({ name, runs }) => [
    name,
    spread(runs.map(({ eventsPerSecond }) => eventsPerSecond)),
    ratio(runs, floor, ({ eventsPerSecond }) => eventsPerSecond),
    spread(runs.map(({ cpuUs }) => cpuUs)),
    ratio(runs, floor, ({ cpuUs }) => cpuUs),
    middle(runs, 1, ({ producerUs }) => producerUs),
    middle(runs, 1, ({ consumerUs }) => consumerUs),
    middle(runs, 2, ({ producerCalls }) => producerCalls),
    middle(runs, 2, ({ consumerCalls }) => consumerCalls),
    spread(runs.map(({ rssMb }) => rssMb)),
  ]);
  const head = ["events/s", "of first", "client CPU µs", "of first", "out", "in", "calls out", "in", "MB"];
  return textTable([[title, ...head], ...rows]);
}

function middle(runs: readonly Run[], digits: number, of: (run: Run) => number): string {
  return median(runs.map(of)).toFixed(digits);
}

/** The median of the ratios within each round: what disturbs one round disturbs both sides of it. */
function ratio(runs: readonly Run[], floor: readonly Run[], of: (run: Run) => number): string {
  const ratios = runs.map((run, round) => of(run) / of(floor[round] ?? run));
  return `${median(ratios).toFixed(2)} ×`;
}

function latencyTable({ title }: Comparison, measured: Measured): string {
  const rows = measured.map(({ name, runs }) => {
    const sorted = runs.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2);
    return [name, at(0.5), at(0.95), at(0.99), spread(runs.map(({ cpuUs }) => cpuUs))];
  });
  return textTable([[title, "p50 ms", "p95 ms", "p99 ms", "client CPU µs"], ...rows]);
}
