import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { carriesHeader } from "../emit/output-file.js";
import { UsageError } from "../errors.js";
import { contains, folderLabel } from "../folders.js";
import { namingFailures } from "./failures.js";
import { MANIFEST_FILE, type Manifest, parseManifest } from "./manifest.js";

export interface OutputFolderOptions {
  /** Absolute path of the output folder; it need not exist. */
  readonly out: string;
  /** Absolute path of the folder that the user works in; must exist. */
  readonly workingFolder: string;
  /** Absolute path of the schemas folder. */
  readonly schemas: string;
}

/** A folder that may be written to. */
export interface OutputFolder {
  /** Absolute. */
  readonly path: string;
  /** As messages name it: relative to the working folder where it lies in there. */
  readonly label: string;
  /** What the last run wrote here; empty when there was none. */
  readonly manifest: Manifest;
}

/**
 * Looks at an output folder before anything is made. It must be absent, or hold the manifest of an earlier run, or
 * hold nothing but what a package needs around its code ({@link isPackageFile}) and files that carry our header.
 * Throws a {@link UsageError} that names what stands in the way.
 */
export function openOutputFolder(options: OutputFolderOptions): OutputFolder {
  const label = folderLabel(options.workingFolder, options.out);
  return namingFailures(`cannot read ${label}`, () => inspect(options, label));
}

function inspect({ out, workingFolder, schemas }: OutputFolderOptions, label: string): OutputFolder {
  const refuse = (reason: string): UsageError => new UsageError(`cannot write to ${label}: ${reason}`);
  const found = lstatSync(out, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) throw refuse("it is a symbolic link; name the folder itself");
  if (found !== undefined && !found.isDirectory()) throw refuse("it is not a folder");

  const real = realPath(out);
  const realWorkingFolder = realPath(workingFolder);
  if (contains(workingFolder, out) && !contains(realWorkingFolder, real)) {
    throw refuse("a symbolic link on the way leads out of the working folder");
  }
  if (contains(real, realWorkingFolder))
    throw refuse("it holds the working folder; name a folder of its own");
  if (contains(real, realPath(schemas))) throw refuse("it holds the schemas; name a folder of its own");
  if (contains(real, realPath(homedir()))) throw refuse("it holds the home folder; name a folder of its own");
  if (found === undefined) return { path: out, label, manifest: new Map() };

  const manifestPath = join(out, MANIFEST_FILE);
  const manifest = lstatSync(manifestPath, { throwIfNoEntry: false });
  if (manifest?.isFile())
    return { path: out, label, manifest: parseManifest(readFileSync(manifestPath, "utf8")) };
  if (manifest !== undefined) throw refuse(`${MANIFEST_FILE} in it is not a file`);
  const foreign = findForeignFile(out, "");
  if (foreign === undefined) return { path: out, label, manifest: new Map() };
  throw refuse(
    `it holds files that were not generated, such as ${foreign}; name an empty folder or remove them`,
  );
}

/** Whether a file with this content may be replaced: it carries our header, or the manifest names it. */
export function isOurs({ manifest }: OutputFolder, path: string, content: Buffer): boolean {
  return path === MANIFEST_FILE || manifest.has(path) || carriesHeader(content.toString());
}

/** The path with all links resolved, as far as it exists. */
function realPath(path: string): string {
  const parent = dirname(path);
  if (existsSync(path)) return realpathSync.native(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}

/** The first file, by code unit, that is neither ours nor expected beside generated code; relative to the folder. */
function findForeignFile(folder: string, way: string): string | undefined {
  for (const entry of readdirSync(join(folder, way), { withFileTypes: true }).toSorted(byName)) {
    const path = way === "" ? entry.name : `${way}/${entry.name}`;
    if (way === "" && isPackageFile(entry.name)) continue;
    if (entry.isDirectory()) {
      const foreign = findForeignFile(folder, path);
      if (foreign !== undefined) return foreign;
    } else if (!entry.isFile() || !fileCarriesHeader(join(folder, path))) {
      return path;
    }
  }
  return undefined;
}

/** Reads no more than it must: anything may lie in a folder that is not ours. */
function fileCarriesHeader(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(256);
    return carriesHeader(start.toString("utf8", 0, readSync(file, start)));
  } finally {
    closeSync(file);
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** What a package may hold beside its code before the first run. */
function isPackageFile(name: string): boolean {
  return name.startsWith(".") || PACKAGE_FILES.has(name);
}

const PACKAGE_FILES: ReadonlySet<string> = new Set([
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "node_modules",
  "package.json",
  "tsconfig.json",
]);
