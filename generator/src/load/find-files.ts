import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { failureCode, type ReportFile } from "./file-problems.js";
import { type Roots, resolveLinks } from "./roots.js";

/** Which files to find. */
export interface WantedFiles {
  /** Real paths. @default the schemas folder */
  readonly folders?: readonly string[];
  /** Must fit the name of the file. @default channel files and schema files */
  readonly name?: RegExp;
}

/**
 * The real paths of files below some folders, each once, without order. Links are followed within the roots only;
 * `node_modules` and folders whose name begins with a dot are left out.
 */
export function findFiles(roots: Roots, report: ReportFile, wanted: WantedFiles = {}): ReadonlySet<string> {
  const { folders: startFolders = [roots.schemas], name: wantedName = /\.(?:channel|schema)\.json$/ } =
    wanted;
  const files = new Set<string>();
  const folders = new Set<string>();

  const enter = (folder: string): void => {
    if (folders.has(folder)) return;
    folders.add(folder);
    for (const entry of readFolder(folder, roots, report)) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) follow(path, entry.name);
      else take(path, entry.name, entry.isDirectory());
    }
  };
  const take = (path: string, name: string, isFolder: boolean): void => {
    if (!isFolder && wantedName.test(name)) files.add(path);
    else if (isFolder && name !== "node_modules" && !name.startsWith(".")) enter(path);
  };
  const follow = (link: string, name: string): void => {
    const path = resolveLinks(link);
    const isFolder = path !== undefined && isFolderAt(path);
    if (!isFolder && !wantedName.test(name)) return;
    if (path === undefined) {
      report(roots.pathName(link), "broken-link", "cannot read the file: it is a link to nowhere");
    } else if (roots.nameOf(path) === undefined) {
      const message = 'cannot follow the link: it leads out of the schema folders; add its target to "roots"';
      report(roots.pathName(link), "outside-roots", message);
    } else {
      take(path, name, isFolder);
    }
  };

  for (const folder of startFolders) enter(folder);
  return files;
}

function isFolderAt(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readFolder(folder: string, roots: Roots, report: ReportFile) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    report(roots.pathName(folder), "unreadable-file", `cannot read the folder: ${failureCode(error)}`);
    return [];
  }
}
