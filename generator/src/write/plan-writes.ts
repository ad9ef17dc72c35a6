import { carriesHeader, type OutputFile } from "../emit/output-file.js";
import { UsageError } from "../errors.js";
import { createLook } from "./look.js";
import { buildManifestFile, isOutputPath } from "./manifest.js";
import { isOurs, type OutputFolder } from "./output-folder.js";

/** What a run has to do, or what `--check` reports. Each list is sorted by path; paths as in {@link OutputFile}. */
export interface WritePlan {
  readonly create: readonly OutputFile[];
  readonly change: readonly ChangedFile[];
  /** Files of earlier runs that the contracts no longer need. */
  readonly remove: readonly string[];
  readonly unchanged: readonly string[];
}

export interface ChangedFile extends OutputFile {
  /** What the file holds now. */
  readonly found: Buffer;
}

/**
 * Compares the files wanted, and the manifest of them, with the folder. A file counts as ours when it carries our
 * header or stands in the manifest; both are needed to remove it. Throws a {@link UsageError} when something that
 * is not ours, or not a plain file in plain folders, stands where a file has to be written.
 */
export function planWrites(folder: OutputFolder, files: readonly OutputFile[]): WritePlan {
  assertPaths(files);
  const create: OutputFile[] = [];
  const change: ChangedFile[] = [];
  const unchanged: string[] = [];
  const look = createLook(folder.path);
  const wanted = [...files, buildManifestFile(files)].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of wanted) {
    const found = look(file.path);
    if (found.kind === "blocked") throw new UsageError(`cannot write to ${folder.label}: ${found.reason}`);
    if (found.kind === "absent") create.push(file);
    else if (found.content.equals(Buffer.from(file.text))) unchanged.push(file.path);
    else if (isOurs(folder, file.path, found.content)) change.push({ ...file, found: found.content });
    else {
      const reason = `${file.path} was not generated and stands where a generated file belongs`;
      throw new UsageError(`cannot write to ${folder.label}: ${reason}; move it away`);
    }
  }
  const names = new Set(files.map(({ path }) => path));
  const remove = [...folder.manifest.keys()].filter((path) => {
    if (names.has(path)) return false;
    const found = look(path);
    return found.kind === "file" && carriesHeader(found.content.toString());
  });
  return { create, change, remove: remove.toSorted(), unchanged };
}

/** Names are made safe and unique where they are made; a slip there must not reach the disk. */
function assertPaths(files: readonly OutputFile[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (!isOutputPath(path)) throw new Error(`unsafe path of an output file: ${JSON.stringify(path)}`);
    if (seen.has(path.toLowerCase()))
      throw new Error(`two output files at one path: ${JSON.stringify(path)}`);
    seen.add(path.toLowerCase());
  }
}
