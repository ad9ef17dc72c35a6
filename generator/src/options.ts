import { resolve } from "node:path";
import { UsageError } from "./errors.js";
import { folderLabel } from "./folders.js";
import type { SourceFolders } from "./load/roots.js";

/** Written beside each other: `js` needs no build, `ts` is compiled with the user's own code. */
export const TARGETS = ["js", "ts"] as const;
export type Target = (typeof TARGETS)[number];

/** The package.json of the output folder. */
export interface PackageOptions {
  readonly name: string;
  /** @default "0.0.0" */
  readonly version?: string;
  /** @default true */
  readonly private?: boolean;
}

/** What `eventwright.config.json` may hold; relative paths start at the working folder. */
export interface Config {
  /** Folder of the channel and schema files. @default "schemas" */
  readonly schemas?: string;
  /** Output folder. @default "generated" */
  readonly out?: string;
  /** @default "js" */
  readonly target?: Target;
  /** More folders that references may lead into, for instance a package in `node_modules`. @default [] */
  readonly roots?: readonly string[];
  /** Makes the output a package of this name. @default no package.json is written */
  readonly package?: string | PackageOptions;
}

export interface GenerateOptions extends Config {
  /** Findings name files relative to it. @default process.cwd() */
  readonly workingFolder?: string;
  /** Write nothing; report what would be written. @default false */
  readonly check?: boolean;
  /** Told what is being done, for a progress line. */
  readonly onStage?: (stage: Stage) => void;
}

/** The steps of a run, in order. */
export type Stage = "compare" | "load" | "emit" | "write";

/** All filled in; folders are absolute. */
export interface ResolvedGenerateOptions {
  readonly workingFolder: string;
  readonly schemas: string;
  readonly out: string;
  readonly target: Target;
  readonly roots: readonly string[];
  readonly package: PackageOptions | undefined;
  readonly check: boolean;
  readonly onStage: (stage: Stage) => void;
}

/** Fills in the defaults. Throws a {@link UsageError} for an unknown target or an empty path. */
export function resolveGenerateOptions(options: GenerateOptions): ResolvedGenerateOptions {
  const { target = "js", package: packageOption } = options;
  if (!TARGETS.includes(target)) {
    throw new UsageError(`unknown target ${JSON.stringify(target)}; expected ${TARGETS.join(" or ")}`);
  }
  const workingFolder = resolve(options.workingFolder ?? ".");
  const folder = (member: string, path: string): string => {
    if (path === "") throw new UsageError(`${member} is empty; expected a folder`);
    return resolve(workingFolder, path);
  };
  return {
    workingFolder,
    schemas: folder("schemas", options.schemas ?? "schemas"),
    out: folder("out", options.out ?? "generated"),
    target,
    roots: (options.roots ?? []).map((path) => folder("roots", path)),
    package: typeof packageOption === "string" ? { name: packageOption } : packageOption,
    check: options.check ?? false,
    onStage: options.onStage ?? (() => {}),
  };
}

/** The folders to load from, named as messages show them. */
export function sourceFolders({ workingFolder, schemas, roots }: ResolvedGenerateOptions): SourceFolders {
  const label = (path: string): string => folderLabel(workingFolder, path);
  return { schemas: label(schemas), roots: roots.map(label), workingFolder };
}
