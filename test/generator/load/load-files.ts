import { FindingsError, formatFinding } from "../../../generator/src/errors.js";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { makeFolder } from "../../helpers/folders.js";

/** Path below the working folder to text, or to a value that becomes JSON with two spaces of indentation. */
export type Files = Readonly<Record<string, unknown>>;

/** A working folder with these files; gone when the test is finished. */
export function workingFolder(files: Files): string {
  const texts = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === "string" ? content : JSON.stringify(content, null, 2),
  ]);
  return makeFolder(Object.fromEntries(texts));
}

/** The model of these files; `schemas` is the schemas folder. */
export function load(files: Files, roots: readonly string[] = []): ContractSet {
  return loadContracts({ schemas: "schemas", roots, workingFolder: workingFolder(files) }).set;
}

/** What is wrong with these files, a line each. */
export function findingsIn(files: Files, roots: readonly string[] = []): readonly string[] {
  return findingsOf(() => load(files, roots));
}

/** The findings that a call throws, a line each; none when it throws nothing. */
export function findingsOf(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (error) {
    if (error instanceof FindingsError) return error.findings.map(formatFinding);
    throw error;
  }
  return [];
}

/** A channel file with one event whose payload is this schema; with it, `schemas/a.channel.json` is complete. */
export function withPayload(payload: unknown, others: Files = {}): Files {
  return { "schemas/a.channel.json": { channel: "a", events: { Happened: { payload } } }, ...others };
}
