import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFiles } from "../load/find-files.js";
import { Roots } from "../load/roots.js";
import { type ResolvedGenerateOptions, sourceFolders } from "../options.js";
import { readVersion } from "../version.js";
import { contentDigest, MANIFEST_FILE } from "../write/manifest.js";
import type { OutputFolder } from "../write/output-folder.js";
import type { RunRecord } from "./run-record.js";

/**
 * Whether the folder holds what a full run would write: the generator and the options are those of the record, no
 * contract file has come, gone or changed, and every file of the output is as it was written. All is compared by
 * content. A forged record can at most leave files as they are; `--check` therefore never asks here.
 */
export function isUpToDate(
  record: RunRecord,
  key: string,
  folder: OutputFolder,
  options: ResolvedGenerateOptions,
): boolean {
  const matches = createMatcher();
  return (
    record.key === key &&
    matches(join(folder.path, MANIFEST_FILE), record.manifest) &&
    allFound(record, options) &&
    [...record.inputs].every(([path, digest]) => matches(path, digest)) &&
    [...folder.manifest].every(([path, digest]) => matches(`${folder.path}/${path}`, digest))
  );
}

/** Digest of everything besides files that the output depends on. */
export function runKey({
  workingFolder,
  schemas,
  roots,
  target,
  ...options
}: ResolvedGenerateOptions): string {
  const { package: packageOptions = null } = options;
  const facts = {
    version: readVersion(),
    tool: toolDigest(),
    node: process.version,
    workingFolder,
    schemas,
    roots,
    target,
    packageOptions,
  };
  return contentDigest(JSON.stringify(facts));
}

/** Tells one build of the generator from another by sizes and times of its modules: reading them costs too much. */
function toolDigest(): string {
  return contentDigest(fileFacts(fileURLToPath(new URL("..", import.meta.url))).join("\n"));
}

/** One text for each module below a folder. Node's own recursive `readdirSync` takes five times as long. */
function fileFacts(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return fileFacts(path);
    if (path.endsWith(".d.ts")) return [];
    const { size, mtimeMs } = statSync(path);
    return [`${path} ${size} ${mtimeMs}`];
  });
}

/** Whether every contract file of the schemas folder was read by the recorded run. */
function allFound({ inputs }: RunRecord, options: ResolvedGenerateOptions): boolean {
  let problems = 0;
  const files = findFiles(new Roots(sourceFolders(options)), () => {
    problems += 1;
  });
  return problems === 0 && [...files].every((path) => inputs.has(path));
}

/** A pipe in place of a file must not hold us up; Windows has none of these. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Makes a function that says whether a file has this SHA-256; false for a file that cannot be read. */
function createMatcher(): (path: string, digest: string) => boolean {
  // With one buffer for all, this takes half the time of `readFileSync`, and there are thousands of files.
  const buffer = Buffer.allocUnsafeSlow(256 * 1024);
  const read = (path: string): Buffer => {
    const file = openSync(path, READ_WITHOUT_WAITING);
    try {
      const length = readSync(file, buffer);
      return length < buffer.length ? buffer.subarray(0, length) : readFileSync(path);
    } finally {
      closeSync(file);
    }
  };
  return (path, digest) => {
    try {
      return contentDigest(read(path)) === digest;
    } catch {
      return false;
    }
  };
}
