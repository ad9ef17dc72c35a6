import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder, which anybody may enter, with these files (path to text); gone when the test is finished. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "eventwright-test-")));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  addFiles(folder, files);
  return folder;
}

export function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export interface Entry {
  readonly kind: "file" | "folder" | "link" | "other";
  /** Content of a file. */
  readonly text?: string;
  readonly mode: number;
  readonly inode: bigint;
  readonly modified: bigint;
}

/** Everything below a folder and the folder itself (path ""), with content and time stamps; links are not followed. */
export function listFolder(folder: string): Map<string, Entry> {
  const paths = ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })];
  return new Map(paths.toSorted().map((path) => [path, describe(join(folder, path))]));
}

/** Path to text of every file below a folder. */
export function readFiles(folder: string): Record<string, string> {
  const files = [...listFolder(folder)].filter(([, { kind }]) => kind === "file");
  return Object.fromEntries(files.map(([path, { text = "" }]) => [path, text]));
}

function describe(path: string): Entry {
  const stats = lstatSync(path, { bigint: true });
  const facts = { mode: Number(stats.mode), inode: stats.ino, modified: stats.mtimeNs };
  if (stats.isFile()) return { kind: "file", text: readFileSync(path, "utf8"), ...facts };
  return { kind: stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "other", ...facts };
}

/** Runs `work` without the rights of the superuser, whom no folder refuses anything. */
export function asOrdinaryUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

/** A user without any rights, by number, which need not have a name. */
export const NOBODY = 65534;
