import { readFileSync, statSync } from "node:fs";
import { compareText } from "./finding-list.js";

/** The files in which something looks like an absolute `$id`, by that address in its normal form. */
export function indexIds(paths: Iterable<string>, mostBytes: number): ReadonlyMap<string, readonly string[]> {
  const pathsById = new Map<string, Set<string>>();
  for (const path of paths) {
    for (const [, id = ""] of readText(path, mostBytes).matchAll(/"\$id"\s*:\s*"([^"#]+)#?"/g)) {
      if (!URL.canParse(id)) continue;
      const { href } = new URL(id);
      pathsById.set(href, (pathsById.get(href) ?? new Set()).add(path));
    }
  }
  return new Map(Array.from(pathsById, ([id, found]) => [id, [...found].sort(compareText)]));
}

/** Empty for what cannot be read, is too large, or is no file. */
function readText(path: string, mostBytes: number): string {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}
