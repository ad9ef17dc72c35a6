import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { OutputFile } from "../emit/output-file.js";
import { attempt, namingFailures } from "./failures.js";
import { MANIFEST_FILE } from "./manifest.js";
import type { OutputFolder } from "./output-folder.js";
import type { WritePlan } from "./plan-writes.js";

/** Holds new files until all are written, and replaced ones until all have moved in; ours by name. */
const STAGING_FOLDER = ".eventwright-staging";

/**
 * Carries out a plan: every new file is written aside first, then moved to its place in one step, the manifest
 * first. When the operating system refuses something, what was done is undone and a `UsageError` says what.
 * Files and folders that need no change are not touched.
 */
export function applyWrites(folder: OutputFolder, plan: WritePlan): void {
  const writes = [...plan.create, ...plan.change].toSorted(manifestFirst);
  if (writes.length + plan.remove.length === 0) return;
  namingFailures(`cannot write to ${folder.label}`, () => {
    const paths = [...writes.map(({ path }) => path), ...plan.remove];
    for (const way of new Set(paths.map(dirname))) assertWritable(folder.path, way);
    const undo: (() => void)[] = [];
    try {
      moveAll(folder.path, writes, plan.remove, undo);
    } catch (error) {
      for (const step of undo.toReversed()) attempt(step);
      throw error;
    }
    for (const path of plan.remove) removeEmptyFolders(folder.path, dirname(path));
  });
}

/** Pushes to `undo` what takes back each step, as soon as the step may have had an effect. */
function moveAll(
  folder: string,
  writes: readonly OutputFile[],
  remove: readonly string[],
  undo: (() => void)[],
): void {
  makeFolder(folder, undo);
  const staging = join(folder, STAGING_FOLDER);
  const removeStaging = (): void => rmSync(staging, { recursive: true, force: true });
  removeStaging();
  undo.push(removeStaging);
  mkdirSync(staging);
  for (const [index, { text }] of writes.entries()) writeFileSync(join(staging, `new-${index}`), text);

  for (const [index, path] of remove.entries()) {
    const [from, aside] = [join(folder, path), join(staging, `removed-${index}`)];
    renameSync(from, aside);
    undo.push(() => renameSync(aside, from));
  }
  for (const way of new Set(writes.map(({ path }) => dirname(path)))) makeFolder(join(folder, way), undo);
  for (const [index, { path }] of writes.entries()) {
    const [to, old] = [join(folder, path), join(staging, `old-${index}`)];
    undo.push(keep(to, old) ? () => renameSync(old, to) : () => unlinkSync(to));
    renameSync(join(staging, `new-${index}`), to);
  }
  // What is left of it does no harm, and the next run removes it.
  attempt(removeStaging);
}

/** Fails before anything is done where the folder, or the nearest one above that exists, cannot be written to. */
function assertWritable(folder: string, way: string): void {
  let path = join(folder, way);
  while (!existsSync(path)) path = dirname(path);
  accessSync(path, constants.W_OK | constants.X_OK);
}

function makeFolder(path: string, undo: (() => void)[]): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), undo);
  mkdirSync(path);
  undo.push(() => rmdirSync(path));
}

/** Keeps a replaced file under a second name; false when there is none. */
function keep(path: string, copy: string): boolean {
  if (!existsSync(path)) return false;
  try {
    linkSync(path, copy);
  } catch {
    copyFileSync(path, copy); // file systems without hard links
  }
  return true;
}

/** Removes the folder and those above it, up to the output folder, as long as they are empty. */
function removeEmptyFolders(folder: string, way: string): void {
  for (let path = way; path !== "."; path = dirname(path)) {
    if (!attempt(() => rmdirSync(join(folder, path)))) return;
  }
}

/** If the process is killed half way, the manifest knows every file that was made, and the next run cleans up. */
function manifestFirst(a: OutputFile, b: OutputFile): number {
  return Number(b.path === MANIFEST_FILE) - Number(a.path === MANIFEST_FILE);
}
