import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Command, cli, json2ts, measureUsage, type Run, runCommand } from "./generate/processes.js";
import { makeWorkspaces, type Workspace } from "./generate/workspaces.js";
import { median, spread, textTable } from "./statistics.js";

/** One line of the table: a command, what has to be done before each run of it, and the command to compare it with. */
interface Case {
  readonly name: string;
  readonly command: Command;
  readonly prepare?: () => void;
  /** Stages that a run goes through; without, they are not looked at. */
  readonly stages?: readonly string[];
  /** Name of the case that the median is divided by. */
  readonly twin?: string;
}

const bareNode = "bare node";

/**
 * Times the generator as users run it, in processes of its own, interleaved with what it is measured against.
 * Arguments: how often (default 5), and a text that the names of the workspaces must hold.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [rounds = "5", filter = ""] = args;
  const { workspaces, remove } = makeWorkspaces();
  try {
    const cases = buildCases(workspaces.filter(({ name }) => name.includes(filter)));
    const runs = await runInterleaved(cases, Number(rounds));
    console.log(await buildTable(cases, runs));
  } finally {
    remove();
  }
}

function buildCases(workspaces: readonly Workspace[]): readonly Case[] {
  const cwd = process.cwd();
  return [
    { name: bareNode, command: { args: ["-e", "0"], cwd } },
    { name: "cold start (--version)", command: { args: [cli, "--version"], cwd }, twin: bareNode },
    { name: "cold start (--help)", command: { args: [cli, "--help"], cwd }, twin: bareNode },
    ...workspaces.flatMap(workspaceCases),
  ];
}

function workspaceCases({ name, folder, typesInput }: Workspace): readonly Case[] {
  const types = `${name}: json2ts (types alone)`;
  const out = ["-o", typesInput.includes("*") ? "types" : "types.d.ts"];
  const generate = { args: [cli, "generate", "--json"], cwd: folder };
  const clear = (...paths: readonly string[]): void => {
    for (const path of paths) rmSync(join(folder, path), { recursive: true, force: true });
  };
  return [
    {
      name: types,
      command: { args: [json2ts, "-i", typesInput, ...out], cwd: folder },
      prepare: () => clear("types", "types.d.ts"),
    },
    {
      name: `${name}: full run`,
      command: generate,
      prepare: () => clear("generated", "node_modules/.cache"),
      stages: ["compare", "load", "emit", "write"],
      twin: types,
    },
    // The full run before it has left its output and its record.
    { name: `${name}: nothing changed`, command: generate, stages: ["compare"], twin: bareNode },
  ];
}

/** All cases once a round, in order, so that a noisy moment of the machine hits all of them; after one round unseen. */
async function runInterleaved(
  cases: readonly Case[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly Run[]>> {
  const runs = new Map<string, Run[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, command, prepare, stages } of cases) {
      prepare?.();
      const result = await runCommand(command);
      if (stages !== undefined && stages.join() !== Object.keys(timesOf(result)).join()) {
        throw new Error(`${name}: expected the stages ${stages}; was the generator built anew meanwhile?`);
      }
      if (round > 0) runs.get(name)?.push(result);
    }
  }
  return runs;
}

async function buildTable(
  cases: readonly Case[],
  runs: ReadonlyMap<string, readonly Run[]>,
): Promise<string> {
  const times = (name: string): readonly number[] => (runs.get(name) ?? []).map(({ ms }) => ms);
  const rows = [["", "wall ms: median (range)", "of its twin", "cpu ms", "peak MB", "median ms by stage"]];
  for (const { name, command, prepare, stages: reported, twin } of cases) {
    prepare?.();
    const { cpuMs, peakMb } = await measureUsage(command);
    const ratio = twin === undefined ? "" : `${(median(times(name)) / median(times(twin))).toFixed(2)} ×`;
    const stages = reported === undefined ? "" : stageTimes(runs.get(name) ?? []);
    rows.push([name, spread(times(name)), ratio, cpuMs.toFixed(0), peakMb.toFixed(0), stages]);
  }
  return textTable(rows);
}

/** `compare 5, load 120, emit 800`: the rest of the wall time is Node's start and end, and the command line. */
function stageTimes(runs: readonly Run[]): string {
  const times = runs.map(timesOf);
  const stages = Object.keys(times[0] ?? {});
  return stages
    .map((stage) => `${stage} ${median(times.map((run) => run[stage] ?? 0)).toFixed(0)}`)
    .join(", ");
}

/** Milliseconds by stage, of a run that prints a report. */
function timesOf({ stdout }: Run): Readonly<Record<string, number>> {
  return JSON.parse(stdout).times;
}
