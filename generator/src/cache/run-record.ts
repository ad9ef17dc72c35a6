import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { InputFile } from "../load/read-files.js";
import { attempt } from "../write/failures.js";
import { contentDigest } from "../write/manifest.js";

/** What a finished run read and wrote, as digests. */
export interface RunRecord {
  /** Digest of the generator and the options. */
  readonly key: string;
  /** Absolute path of every file read, to the SHA-256 of its content. */
  readonly inputs: ReadonlyMap<string, string>;
  /** SHA-256 of the manifest, which has those of all other files written. */
  readonly manifest: string;
}

/**
 * Where the record of runs into an output folder is kept: in the nearest `node_modules` of the working folder or
 * above, so that it is never committed. Undefined when there is none; then every run is a full one.
 */
export function recordPath(workingFolder: string, out: string): string | undefined {
  const modules = join(workingFolder, "node_modules");
  if (existsSync(modules)) return join(modules, ".cache", "eventwright", `${contentDigest(out)}.json`);
  const parent = dirname(workingFolder);
  return parent === workingFolder ? undefined : recordPath(parent, out);
}

/** The record at a path; undefined when there is none, or none that can be read. */
export function readRecord(path: string): RunRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isStoredRecord(record) ? { ...record, inputs: new Map(record.inputs) } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a record. A failure is no harm: the next run is a full one. */
export function storeRecord(path: string, { inputs, ...record }: RunRecord): void {
  const aside = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(aside, JSON.stringify({ ...record, inputs: [...inputs] }));
    renameSync(aside, path);
  } catch {
    attempt(() => rmSync(aside, { force: true }));
  }
}

/** Path to digest, as a record has it. */
export function inputDigests(inputs: readonly InputFile[]): ReadonlyMap<string, string> {
  return new Map(inputs.map(({ path, digest }) => [path, digest]));
}

interface StoredRecord {
  readonly key: string;
  readonly inputs: readonly (readonly [string, string])[];
  readonly manifest: string;
}

function isStoredRecord(value: unknown): value is StoredRecord {
  if (typeof value !== "object" || value === null) return false;
  if (!("key" in value && "manifest" in value && "inputs" in value)) return false;
  const { key, manifest, inputs } = value;
  return isText(key) && isText(manifest) && Array.isArray(inputs) && inputs.every(isTextPair);
}

function isTextPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
