import { lstatSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";

/** What stands at a path where a file is wanted. */
export type Found =
  | { readonly kind: "absent" }
  | { readonly kind: "file"; readonly content: Buffer }
  | { readonly kind: "blocked"; readonly reason: string };

/** Makes a function that says what stands at a path of the folder and never follows a symbolic link in it. */
export function createLook(folder: string): (path: string) => Found {
  const folders = new Map<string, Found | undefined>([["", undefined]]);

  /** Undefined when the way is there; else what is found instead. */
  function walk(way: string): Found | undefined {
    if (folders.has(way)) return folders.get(way);
    const parent = walk(way.slice(0, Math.max(0, way.lastIndexOf("/"))));
    const found = parent ?? inspect(way, "a folder");
    folders.set(way, found);
    return found;
  }

  function inspect(path: string, want: "a file" | "a folder"): Found | undefined {
    const found = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (found === undefined) return { kind: "absent" };
    if (want === "a file" ? found.isFile() : found.isDirectory()) return undefined;
    return { kind: "blocked", reason: `${path} is ${kindOf(found)}; expected ${want}` };
  }

  return (path) => {
    const missing = walk(path.slice(0, Math.max(0, path.lastIndexOf("/")))) ?? inspect(path, "a file");
    return missing ?? { kind: "file", content: readFileSync(join(folder, path)) };
  };
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return "a symbolic link";
  if (found.isDirectory()) return "a folder";
  return found.isFile() ? "a file" : "a special file";
}
