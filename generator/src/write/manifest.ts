import { hash } from "node:crypto";
import type { OutputFile } from "../emit/output-file.js";

/** Stands in the output folder and is committed with it. */
export const MANIFEST_FILE = ".eventwright-manifest.json";

/**
 * What the last run wrote: path to SHA-256 of the content, in hex. It can be edited by anybody, so it never says
 * more than that a path may be ours; what is in the files is always read from the files.
 */
export type Manifest = ReadonlyMap<string, string>;

/** SHA-256 in hex; text counts as UTF-8. */
export function contentDigest(content: string | Buffer): string {
  return hash("sha256", content);
}

/** The manifest of these files as a file of the output: paths sorted by code unit. */
export function buildManifestFile(files: readonly OutputFile[]): OutputFile {
  const digests = files
    .map(({ path, text }) => [path, contentDigest(text)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = digests.map(([path, digest]) => `    ${JSON.stringify(path)}: "${digest}"`);
  const entries = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
  return { path: MANIFEST_FILE, text: `{\n  "files": ${entries}\n}\n` };
}

/** Reads a manifest. What is not as {@link buildManifestFile} writes it is left out, so it costs a rebuild at most. */
export function parseManifest(text: string): Manifest {
  return new Map(
    manifestEntries(text).filter(
      (entry): entry is [string, string] => isOutputPath(entry[0]) && typeof entry[1] === "string",
    ),
  );
}

function manifestEntries(text: string): [string, unknown][] {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== "object" || manifest === null || !("files" in manifest)) return [];
    const { files } = manifest;
    return typeof files === "object" && files !== null && !Array.isArray(files) ? Object.entries(files) : [];
  } catch {
    return [];
  }
}

/** Whether a path leads to a place below the output folder on every system: relative, plain, no way up. */
export function isOutputPath(path: string): boolean {
  return !UNSAFE_PATH.test(path) && path !== MANIFEST_FILE;
}

/** Back slash, drive, stream, wildcard, control character; a segment that is empty or ends in a dot or a space. */
const UNSAFE_PATH = /[\\:*?"<>|\p{Cc}]|(?:^|[/. ])(?:\/|$)/u;
