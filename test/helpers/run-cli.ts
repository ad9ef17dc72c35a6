import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line in a process of its own, without a terminal. */
export function runCli(cwd: string, ...args: readonly string[]): CliResult {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}

export const cli: string = fileURLToPath(new URL("../../generator/dist/cli.js", import.meta.url));
