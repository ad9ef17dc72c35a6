import { isAbsolute, relative, sep } from "node:path";

/** Whether `path` is `folder` or lies below it, as both are written; both absolute. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** A folder as messages name it: relative with forward slashes inside the working folder, absolute elsewhere. */
export function folderLabel(workingFolder: string, path: string): string {
  return contains(workingFolder, path) ? relative(workingFolder, path).split(sep).join("/") || "." : path;
}
