import { posix } from "node:path";
import type { ts } from "ts-morph";
import { runtimeImports, runtimeModule } from "../runtime-imports.js";
import { collectNames } from "./file-names.js";
import { type Compiler, type ParsedFile, SyntaxBreach } from "./parsed-file.js";

/**
 * Holds the imports and re-exports of a file against what there is: the runtime's names, by name and unchanged, and
 * other modules of the output.
 *
 * @throws SyntaxBreach for the first one that leads elsewhere
 */
export function checkLinks(file: ParsedFile, outputPaths: ReadonlySet<string>, compiler: Compiler): void {
  for (const statement of file.source.statements) {
    const breach = compiler.isImportDeclaration(statement)
      ? importBreach(statement, file.path, outputPaths, compiler)
      : compiler.isExportDeclaration(statement)
        ? exportBreach(statement, file, outputPaths, compiler)
        : undefined;
    if (breach !== undefined) throw new SyntaxBreach(file, statement.getStart(file.source), breach);
  }
}

function importBreach(
  { importClause, moduleSpecifier, attributes }: ts.ImportDeclaration,
  path: string,
  outputPaths: ReadonlySet<string>,
  compiler: Compiler,
): string | undefined {
  const bindings = importClause?.namedBindings;
  if (attributes !== undefined || importClause?.name !== undefined || bindings === undefined) {
    return "unexpected form of import";
  }
  if (
    !compiler.isNamedImports(bindings) ||
    bindings.elements.some(({ propertyName }) => propertyName !== undefined)
  ) {
    return "unexpected form of import";
  }
  if (!compiler.isStringLiteral(moduleSpecifier)) return "unexpected form of import";
  if (moduleSpecifier.text !== runtimeModule) return pathBreach(moduleSpecifier.text, path, outputPaths);
  const unknown = bindings.elements.find(({ name }) => !Object.hasOwn(runtimeImports, name.text));
  return unknown === undefined ? undefined : "unexpected import from the runtime";
}

function exportBreach(
  { exportClause, moduleSpecifier, attributes }: ts.ExportDeclaration,
  { path, source }: ParsedFile,
  outputPaths: ReadonlySet<string>,
  compiler: Compiler,
): string | undefined {
  if (attributes !== undefined) return "unexpected form of export";
  if (exportClause !== undefined && !compiler.isNamedExports(exportClause))
    return "unexpected form of export";
  const elements = exportClause?.elements ?? [];
  if (elements.some(({ propertyName }) => propertyName !== undefined)) return "unexpected form of export";
  if (moduleSpecifier === undefined) {
    const { functions } = collectNames(source, compiler);
    return elements.every(({ name }) => functions.has(name.text)) ? undefined : "unexpected form of export";
  }
  if (!compiler.isStringLiteral(moduleSpecifier)) return "unexpected form of export";
  return pathBreach(moduleSpecifier.text, path, outputPaths);
}

function pathBreach(specifier: string, path: string, outputPaths: ReadonlySet<string>): string | undefined {
  return isOutputModule(specifier, path, outputPaths) ? undefined : "unexpected module";
}

/** Whether a specifier is relative and names the `.js` of a module of the output, whatever that was written as. */
export function isOutputModule(specifier: string, path: string, outputPaths: ReadonlySet<string>): boolean {
  if (!/^\.\.?\//.test(specifier) || !specifier.endsWith(".js")) return false;
  const target = posix.join(posix.dirname(path), specifier);
  return outputPaths.has(target) || outputPaths.has(target.replace(/\.js$/, ".ts"));
}
