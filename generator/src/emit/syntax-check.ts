import type { OutputFile } from "./output-file.js";
import { checkLinks, isOutputModule } from "./syntax/check-links.js";
import { checkTree } from "./syntax/check-tree.js";
import { isFamiliar } from "./syntax/familiar/is-familiar.js";
import { type Compiler, parseFile } from "./syntax/parsed-file.js";
import { moduleRules, type SyntaxRules, validatorRules } from "./syntax/syntax-rules.js";

/**
 * The last gate before writing: every source file is read again and held against an allow-list, so that no text of a
 * schema can have become code, whichever emitter let it through. Files of the usual forms are recognised without a
 * compiler; it is loaded only when there are others, and has the last word on those.
 *
 * @throws SyntaxBreach naming the file and the place
 */
export async function checkOutput(files: readonly OutputFile[]): Promise<void> {
  const paths = pathsOf(files);
  const others = files.filter((file) => !isKnownToBeSafe(file, paths));
  if (others.length === 0) return;
  const { ts } = await import("ts-morph");
  checkSyntax(others, ts, paths);
}

/** Whether a file is safe to write by its looks alone; false when only the compiler can tell. */
export function isKnownToBeSafe(file: OutputFile, outputPaths: ReadonlySet<string>): boolean {
  const rules = rulesFor(file.path);
  const isOutput = (specifier: string): boolean => isOutputModule(specifier, file.path, outputPaths);
  return rules === undefined || isFamiliar(file, rules, isOutput);
}

/**
 * Has the compiler parse every file, and holds its syntax tree against the allow-list.
 *
 * @throws SyntaxBreach naming the file and the place
 */
export function checkSyntax(
  files: readonly OutputFile[],
  compiler: Compiler,
  outputPaths: ReadonlySet<string> = pathsOf(files),
): void {
  for (const file of files) {
    const rules = rulesFor(file.path);
    if (rules === undefined) continue;
    const parsed = parseFile(file, compiler);
    checkLinks(parsed, outputPaths, compiler);
    checkTree(parsed, rules, compiler);
  }
}

function pathsOf(files: readonly OutputFile[]): ReadonlySet<string> {
  return new Set(files.map(({ path }) => path));
}

function rulesFor(path: string): SyntaxRules | undefined {
  if (path.endsWith(".json")) return undefined;
  return path.endsWith(".validator.js") ? validatorRules : moduleRules;
}
