import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emit } from "../../../generator/src/emit/emit.js";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import type { Target } from "../../../generator/src/options.js";
import { addFiles, readFiles } from "../../helpers/folders.js";

const folder = fileURLToPath(new URL("../../golden/", import.meta.url));

/** The golden folders: each has `schemas`, and what becomes of them in `js` and `ts`. */
export const goldenNames: readonly string[] = readdirSync(folder).sort();

export const targets: readonly Target[] = ["js", "ts"];

/** What the generator makes of a golden folder's schemas today: path to text. */
export async function generateGolden(name: string, target: Target): Promise<Record<string, string>> {
  const workingFolder = join(folder, name);
  const { set } = loadContracts({ schemas: join(workingFolder, "schemas"), roots: [], workingFolder });
  const files = await emit(set, { target, package: { name: `@golden/${name}` } });
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

/** What is committed for a golden folder: path to text. */
export function readGolden(name: string, target: Target): Record<string, string> {
  return readFiles(join(folder, name, target));
}

export function writeGolden(name: string, target: Target, files: Record<string, string>): void {
  rmSync(join(folder, name, target), { recursive: true, force: true });
  addFiles(join(folder, name, target), files);
}
