import type { OutputFile } from "./output-file.js";
import { checkLinks } from "./syntax/check-links.js";
import { checkTree } from "./syntax/check-tree.js";
import { type Compiler, parseFile } from "./syntax/parsed-file.js";
import { moduleRules, type SyntaxRules, validatorRules } from "./syntax/syntax-rules.js";

/**
 * The last gate before writing: every source file is parsed again and its syntax tree held against an allow-list, so
 * that no text of a schema can have become code, whichever emitter let it through.
 *
 * @throws SyntaxBreach naming the file and the place
 */
export function checkSyntax(files: readonly OutputFile[], compiler: Compiler): void {
  const paths = new Set(files.map(({ path }) => path));
  for (const file of files) {
    const rules = rulesFor(file.path);
    if (rules === undefined) continue;
    const parsed = parseFile(file, compiler);
    checkLinks(parsed, paths, compiler);
    checkTree(parsed, rules, compiler);
  }
}

function rulesFor(path: string): SyntaxRules | undefined {
  if (path.endsWith(".json")) return undefined;
  return path.endsWith(".validator.js") ? validatorRules : moduleRules;
}
