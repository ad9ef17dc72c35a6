import type { ts } from "ts-morph";
import type { OutputFile } from "../output-file.js";

/** The compiler that ts-morph brings: named here as a type, loaded only when something is checked. */
export type Compiler = typeof ts;

/** A file of the output as a syntax tree that knows its parents. */
export interface ParsedFile {
  readonly path: string;
  readonly source: ts.SourceFile;
}

/** The output breaks a rule of ours: a defect of the generator, or a text of a schema that became code. */
export class SyntaxBreach extends Error {
  override readonly name = "SyntaxBreach";

  constructor(file: ParsedFile, position: number, message: string) {
    const { line, character } = file.source.getLineAndCharacterOfPosition(position);
    super(
      `internal error: generated file ${file.path}:${line + 1}:${character + 1} is not safe to write: ${message}`,
    );
  }
}

/**
 * Parses a file of the output.
 *
 * @throws SyntaxBreach for text that does not parse, and for a comment that gives the compiler an order
 */
export function parseFile({ path, text }: OutputFile, compiler: Compiler): ParsedFile {
  const { ScriptTarget, JSDocParsingMode } = compiler;
  const options = { languageVersion: ScriptTarget.ES2022, jsDocParsingMode: JSDocParsingMode.ParseNone };
  const file = { path, source: compiler.createSourceFile(path, text, options, true) };
  const [syntaxError] = internalList(file.source, "parseDiagnostics");
  if (syntaxError !== undefined) throw new SyntaxBreach(file, startOf(syntaxError), "it does not parse");
  const order = [
    ...file.source.referencedFiles,
    ...file.source.typeReferenceDirectives,
    ...file.source.libReferenceDirectives,
    ...internalList(file.source, "commentDirectives"),
  ][0];
  if (order !== undefined) throw new SyntaxBreach(file, startOf(order), "a comment orders the compiler");
  return file;
}

/** Lists that the parser leaves on the tree and its public types do not show. */
function internalList(
  source: ts.SourceFile,
  name: "commentDirectives" | "parseDiagnostics",
): readonly unknown[] {
  const list: unknown = Reflect.get(source, name);
  return Array.isArray(list) ? list : [];
}

/** Diagnostics have their start, comments a range. */
function startOf(found: unknown): number {
  if (typeof found !== "object" || found === null) return 0;
  const { start, pos, range }: { start?: unknown; pos?: unknown; range?: unknown } = found;
  if (typeof start === "number") return start;
  return typeof pos === "number" ? pos : startOf(range);
}
