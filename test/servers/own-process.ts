import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { endWithThisProcess, temporaryFolder } from "../helpers/servers/reaper.js";

/**
 * Runs a module in a Node process of its own, which may import the helpers by `./NAME.js`. Resolves with the
 * first line that it prints, and the process.
 */
export async function runModule(contents: string): Promise<{ child: ChildProcess; line: string }> {
  const folder = await temporaryFolder("eventwright-module-");
  const outfile = join(folder, "main.mjs");
  const resolveDir = fileURLToPath(new URL("../helpers/servers", import.meta.url));
  await build({
    stdin: { contents, resolveDir, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
  });
  const child = spawn(process.execPath, [outfile], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  endWithThisProcess(child);
  child.once("exit", () => rm(folder, { recursive: true, force: true }));
  const [line]: string[] = await once(createInterface(child.stdout), "line");
  return { child, line: line ?? "" };
}
