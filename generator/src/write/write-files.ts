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

/** A file that is not as wanted, and the first line of it that differs. */
export interface ChangedPath {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What the line should be; absent where the file should have ended. */
  readonly expected?: string;
  /** What the line is; absent where the file ends. */
  readonly got?: string;
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
    changed: change.map(({ path, text, found }) => ({ path, ...firstDifference(text, found.toString()) })),
    removed: remove,
    unchanged,
  };
}

/** Two different texts, line by line, up to the first difference. */
function firstDifference(wanted: string, found: string): Omit<ChangedPath, "path"> {
  const [expectedLines, gotLines] = [wanted.split("\n"), found.split("\n")];
  const at = expectedLines.findIndex((line, index) => line !== gotLines[index]);
  const index = at === -1 ? expectedLines.length : at;
  const [expected, got] = [expectedLines[index], gotLines[index]];
  return { line: index + 1, ...(expected !== undefined && { expected }), ...(got !== undefined && { got }) };
}
