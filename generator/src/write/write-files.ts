import type { OutputFile } from "../emit/output-file.js";
import { applyWrites } from "./apply-writes.js";
import { namingFailures } from "./failures.js";
import { createLook } from "./look.js";
import { isOurs, type OutputFolder } from "./output-folder.js";
import { planWrites, type WritePlan } from "./plan-writes.js";

/** What a run did to the output folder, or with `check` would do. Paths relative to it, each list sorted. */
export interface WriteReport {
  readonly created: readonly string[];
  readonly changed: readonly ChangedPath[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

export interface ChangedPath {
  readonly path: string;
  /** The first line that differs, counted from 1. */
  readonly line: number;
}

/**
 * Makes the folder hold exactly these files and the manifest of them, beside files of others; all or nothing.
 * Unchanged files keep their time stamp. With `check` only looks.
 */
export function writeFiles(
  folder: OutputFolder,
  files: readonly OutputFile[],
  { check = false }: { readonly check?: boolean } = {},
): WriteReport {
  const plan = namingFailures(`cannot read ${folder.label}`, () => planWrites(folder, files));
  if (!check) applyWrites(folder, plan);
  return buildReport(plan);
}

/** Leaves out the files that yield to a file of somebody else in the folder. */
export function yieldFiles(folder: OutputFolder, files: readonly OutputFile[]): readonly OutputFile[] {
  const look = createLook(folder.path);
  const isForeign = (path: string): boolean => {
    const found = look(path);
    return found.kind === "file" && !isOurs(folder, path, found.content);
  };
  return namingFailures(`cannot read ${folder.label}`, () =>
    files.filter(({ path, yields = false }) => !yields || !isForeign(path)),
  );
}

function buildReport({ create, change, remove, unchanged }: WritePlan): WriteReport {
  return {
    created: create.map(({ path }) => path),
    changed: change.map(({ path, text, found }) => ({ path, line: firstDifference(text, found.toString()) })),
    removed: remove,
    unchanged,
  };
}

/** The first line in which two different texts differ, counted from 1. */
function firstDifference(wanted: string, found: string): number {
  const lines = found.split("\n");
  const index = wanted.split("\n").findIndex((line, at) => line !== lines[at]);
  return index === -1 ? wanted.split("\n").length + 1 : index + 1;
}
