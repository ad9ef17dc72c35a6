import { inputDigests, readRecord, recordPath, storeRecord } from "./cache/run-record.js";
import { isUpToDate, runKey } from "./cache/up-to-date.js";
import { type GenerateOptions, resolveGenerateOptions, type Stage, sourceFolders } from "./options.js";
import { createStopwatch } from "./stopwatch.js";
import { buildManifestFile, contentDigest, MANIFEST_FILE } from "./write/manifest.js";
import { openOutputFolder } from "./write/output-folder.js";
import type { WriteReport } from "./write/write-files.js";

/** What a run did, or with `check` would have done. */
export interface GenerateReport extends WriteReport {
  /** The output folder as messages name it. */
  readonly out: string;
  /** Milliseconds of wall time by stage; `compare` alone when nothing had changed since the last run. */
  readonly times: Readonly<Partial<Record<Stage, number>>>;
}

/**
 * The whole build: loads the contracts, emits source text, writes files. Does nothing when neither the contracts nor
 * the output have changed since the last run. Throws a `FindingsError` with everything that is wrong with the input,
 * or a `UsageError` when a folder cannot be used; then nothing was written.
 */
export async function generate(options: GenerateOptions = {}): Promise<GenerateReport> {
  const resolved = resolveGenerateOptions(options);
  const stages = createStopwatch(resolved.onStage);

  stages.start("compare");
  const folder = openOutputFolder(resolved);
  const key = runKey(resolved);
  const lastRun = recordPath(resolved.workingFolder, resolved.out);
  const record = lastRun === undefined || resolved.check ? undefined : readRecord(lastRun);
  if (record !== undefined && isUpToDate(record, key, folder, resolved)) {
    const unchanged = [MANIFEST_FILE, ...folder.manifest.keys()];
    return { out: folder.label, created: [], changed: [], removed: [], unchanged, times: stages.stop() };
  }

  // The rest of the generator is loaded only now: a run without changes is to be as quick as can be.
  stages.start("load");
  const { loadContracts } = await import("./load/load-contracts.js");
  const { set, inputs } = loadContracts(sourceFolders(resolved));

  stages.start("emit");
  const { emit } = await import("./emit/emit.js");
  const emitted = await emit(set, resolved);

  stages.start("write");
  const { writeFiles, yieldFiles } = await import("./write/write-files.js");
  const files = yieldFiles(folder, emitted);
  const report = writeFiles(folder, files, resolved);
  if (lastRun !== undefined && !resolved.check) {
    const manifest = contentDigest(buildManifestFile(files).text);
    storeRecord(lastRun, { key, inputs: inputDigests(inputs), manifest });
  }
  return { out: folder.label, ...report, times: stages.stop() };
}
