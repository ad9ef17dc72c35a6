import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** A Node process as a user starts it. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
}

export interface Run {
  /** Wall time, in milliseconds. */
  readonly ms: number;
  readonly stdout: string;
}

export interface Usage {
  /** User and system time, in milliseconds. */
  readonly cpuMs: number;
  /** Greatest resident set, in megabytes. */
  readonly peakMb: number;
}

export const cli: string = fileURLToPath(new URL("../../../generator/dist/cli.js", import.meta.url));

/** The command of json-schema-to-typescript, which makes types alone; its formatter is on, as it is by default. */
export const json2ts: string = createRequire(cli).resolve("json-schema-to-typescript/dist/src/cli.js");

/** Runs a command to its end. Rejects when it fails, with what it printed. */
export function runCommand({ args, cwd }: Command): Promise<Run> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const ms = performance.now() - begin;
      if (code === 0) resolve({ ms, stdout });
      else reject(new Error(`node ${args.join(" ")} ended with ${code}: ${stderr || stdout}`));
    });
  });
}

/** Runs a command once more, with a module in it that reports at the end; that run is slower and not timed. */
export async function measureUsage({ args, cwd }: Command): Promise<Usage> {
  const { stdout } = await runCommand({ args: ["--import", reporter, ...args], cwd });
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1));
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 };
}

const reporter = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(1, "\\n" + JSON.stringify(process.resourceUsage())));',
)}`;
