import type { ContractSet } from "../model/contract.js";
import { declareTypes } from "./declare-types.js";
import { createEmitContext, typeLookup } from "./emit-context.js";
import { type EmitOptions, emitSources } from "./emit-sources.js";
import { emitValidators } from "./emit-validators.js";
import type { OutputFile } from "./output-file.js";
import { checkOutput } from "./syntax-check.js";

/**
 * Every file of the output for a set of contracts, complete, sorted by path. The same set and options give the same
 * bytes. Reads and writes nothing.
 *
 * @throws SyntaxBreach when the output holds anything that no rule allows
 * @throws Error when two files would have one path
 */
export async function emit(set: ContractSet, options: EmitOptions): Promise<readonly OutputFile[]> {
  const declarations = await declareTypes(set.types, typeLookup(set));
  const sources = emitSources(createEmitContext(set, declarations), options);
  const files = [...sources, ...emitValidators(set, options.target)];
  checkPaths(files);
  await checkOutput(files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Names are made so that no two files meet, not even where the file system ignores case. */
function checkPaths(files: readonly OutputFile[]): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    const folded = path.toLowerCase();
    if (paths.has(folded)) throw new Error(`internal error: two generated files are called ${path}`);
    paths.add(folded);
  }
}
