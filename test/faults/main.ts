import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleClient } from "./bundle.js";
import type { BrokerKind } from "./processes/plan.js";
import { type Row, writeReport } from "./report.js";
import { runScenario } from "./run-scenario.js";
import { scenarios } from "./scenarios/scenarios.js";
import { openWorld } from "./worlds/open-world.js";
import type { Setup, World } from "./worlds/world.js";

/** Breaks real servers under load, and reports what became of every event. */

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    scenario: { type: "string", multiple: true },
    broker: { type: "string", multiple: true },
    repeat: { type: "string", default: "1" },
    report: { type: "string" },
    history: { type: "string", default: "node_modules/.cache/eventwright-faults" },
  },
});

const kinds: readonly BrokerKind[] = ["redis", "amqp"];
const setups: readonly Setup[] = ["one", "secure", "sentinel", "cluster"];
const first = Number(values.seed);
const seeds = Array.from({ length: Number(values.repeat) }, (_, index) => first + index);
const program = await bundleClient();
const rows: Row[] = [];

for (const kind of kinds.filter((name) => values.broker?.includes(name) ?? true)) {
  for (const setup of setups) {
    const chosen = scenarios.filter(
      (scenario) =>
        scenario.brokers.includes(kind) &&
        (scenario.setup ?? "one") === setup &&
        (values.scenario?.includes(scenario.id) ?? true),
    );
    if (chosen.length === 0) continue;
    await using world = await openWorld(kind, setup);
    await runAll(world, chosen);
  }
}

process.exitCode = rows.length > 0 && rows.every(({ verdict }) => verdict.breaches.length === 0) ? 0 : 1;

async function runAll(world: World, chosen: typeof scenarios): Promise<void> {
  for (const scenario of chosen) {
    for (const seed of seeds) {
      const began = performance.now();
      const folder = join(values.history, `${scenario.id}-${world.kind}-${seed}`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const verdict = await runScenario({ scenario, world, seed, program, folder });
      const row: Row = {
        scenario,
        broker: world.kind,
        seed,
        verdict,
        seconds: (performance.now() - began) / 1_000,
      };
      rows.push(row);
      print(row);
      if (values.report !== undefined) await writeReport(values.report, rows);
    }
  }
}

function print({ scenario, broker, seed, verdict, seconds }: Row): void {
  const counts = Object.entries(verdict.counts).map(([name, count]) => `${name} ${count}`);
  const end = verdict.breaches.length === 0 ? "ok" : "BROKEN";
  const gaps = verdict.gaps.map(({ fault, ms }) => `${fault} ${ms} ms`).join(", ");
  const lines = [
    `${end} ${scenario.id} ${broker} seed ${seed} (${scenario.title}; ${seconds.toFixed(1)} s): ${counts.join(", ")}; longest gaps: ${gaps || "none"}`,
    ...verdict.breaches.map(({ invariant, text }) => `  ${invariant}: ${text}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
