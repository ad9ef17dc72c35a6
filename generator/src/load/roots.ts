import { realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { UsageError } from "../errors.js";
import { contains } from "../folders.js";

export interface SourceFolders {
  /** Folder of the channel and schema files. */
  readonly schemas: string;
  /** More folders that references may lead into. */
  readonly roots: readonly string[];
  /** Files are named relative to it, and so are relative folders here. */
  readonly workingFolder: string;
}

interface Root {
  /** As the user named it; links in it are not resolved. */
  readonly path: string;
  readonly realPath: string;
}

/** The folders that files may be read from: all that lies elsewhere does not exist for the generator. */
export class Roots {
  readonly #roots: readonly Root[];
  readonly #workingFolder: string;

  /** @throws UsageError when a folder cannot be read. */
  constructor({ schemas, roots, workingFolder }: SourceFolders) {
    this.#workingFolder = resolve(workingFolder);
    this.#roots = [schemas, ...roots].map((folder) => openRoot(resolve(workingFolder, folder), folder));
  }

  /** The folder of the channel and schema files, links resolved. */
  get schemas(): string {
    return this.#roots[0]?.realPath ?? "";
  }

  /** All roots, links resolved. */
  get folders(): readonly string[] {
    return this.#roots.map(({ realPath }) => realPath);
  }

  /** True for a path within a root, as it is written: no link in it is followed and nothing is read. */
  mayHold(path: string): boolean {
    return this.#roots.some((root) => contains(root.path, path) || contains(root.realPath, path));
  }

  /**
   * How messages and headers name a file: relative to the working folder, by the root's own name even when that is
   * a link. Undefined for a file outside of all roots. `realPath` has its links resolved.
   */
  nameOf(realPath: string): string | undefined {
    const holding = this.#roots.filter((root) => contains(root.realPath, realPath));
    const [closest] = holding.sort((one, other) => other.realPath.length - one.realPath.length);
    return closest && this.pathName(join(closest.path, relative(closest.realPath, realPath)));
  }

  /** A path as messages name it: relative to the working folder, with forward slashes. */
  pathName(path: string): string {
    return relative(this.#workingFolder, path).split(sep).join("/");
  }
}

/** The path with its links resolved; undefined when nothing is there. */
export function resolveLinks(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function openRoot(path: string, asGiven: string): Root {
  try {
    if (statSync(path).isDirectory()) return { path, realPath: realpathSync(path) };
  } catch {
    // The message is the same: there is no folder to read.
  }
  throw new UsageError(`cannot read the schemas in ${JSON.stringify(asGiven)}: expected a folder`);
}
