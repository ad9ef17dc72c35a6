import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Runs a module in a Node process of its own, which may import the helpers by `./NAME.js`. Resolves with the
 * first line that it prints, and the process, whose temporary files go when it ends.
 */
export async function runModule(contents: string): Promise<{ child: ChildProcess; line: string }> {
  const folder = await mkdtemp(join(tmpdir(), "eventwright-module-"));
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
    env: { ...process.env, TMPDIR: folder }, // so that what it leaves behind goes too
  });
  child.once("exit", () => rm(folder, { recursive: true, force: true }));
  const [line]: string[] = await once(createInterface(child.stdout), "line");
  return { child, line: line ?? "" };
}
