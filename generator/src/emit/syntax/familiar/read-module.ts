import { runtimeImports, runtimeModule } from "../../runtime-imports.js";
import { readType, readTypeMembers } from "../read-type.js";
import { UnfamiliarSyntax } from "../token-reader.js";
import type { FamiliarFile } from "./familiar-file.js";
import { readClass, readParameters, readTypeOf, readTypes } from "./read-class.js";
import { readExpression } from "./read-expression.js";
import { readStatements, readVariable } from "./read-statement.js";

/** Reads a whole file. @throws UnfamiliarSyntax for the first thing that generated code seldom or never holds */
export function readModule(file: FamiliarFile): void {
  while (file.tokens.kind !== "end") readStatement(file);
}

function readStatement(file: FamiliarFile): void {
  const { tokens, computes } = file;
  if (tokens.take("import")) readImport(file);
  else {
    const exported = tokens.take("export");
    if (exported && (tokens.at("*") || tokens.at("{"))) readReExport(file);
    else if (computes) readComputation(file);
    else if (exported) readDeclaration(file);
    else throw new UnfamiliarSyntax();
  }
}

/** Statements of validators. */
function readComputation(file: FamiliarFile): void {
  const { tokens, names } = file;
  if (tokens.take("function")) {
    names.declare("function", tokens.read("name"));
    tokens.expect("(");
    readParameters(file);
    tokens.expect("{");
    readStatements(file);
  } else if (tokens.at("const")) readVariable(file);
  else throw new UnfamiliarSyntax();
}

/** Statements of all other modules, behind `export`. */
function readDeclaration(file: FamiliarFile): void {
  const { tokens, names, typed } = file;
  const declared = readModifier(file, "declare");
  if (readModifier(file, "abstract") || tokens.at("class")) {
    tokens.expect("class");
    readClass(file);
  } else if (tokens.take("const")) readConstant(file);
  else if (!typed || declared) throw new UnfamiliarSyntax();
  else if (readModifier(file, "interface")) {
    names.declare("type", tokens.read("name"));
    if (tokens.take("extends")) readTypes(file);
    names.useType({ kind: "object", members: readTypeMembers(tokens) });
  } else if (!readModifier(file, "type")) throw new UnfamiliarSyntax();
  else if (tokens.at("{")) readReExport(file);
  else {
    names.declare("type", tokens.read("name"));
    tokens.expect("=");
    names.useType(readType(tokens));
    tokens.expect(";");
  }
}

/** A word that is a keyword of TypeScript only where something follows it on its line. */
function readModifier({ tokens, typed }: FamiliarFile, word: string): boolean {
  if (!typed || !tokens.take(word)) return false;
  if (!tokens.sameLine) throw new UnfamiliarSyntax();
  return true;
}

function readConstant(file: FamiliarFile): void {
  const { tokens, names } = file;
  names.declare("variable", tokens.read("name"));
  readTypeOf(file);
  if (tokens.take("=")) readExpression(file);
  tokens.expect(";");
}

function readImport(file: FamiliarFile): void {
  const { names } = file;
  const imported = readNames(file);
  for (const name of imported) names.declare("function", name);
  const specifier = readSpecifier(file);
  const known =
    specifier === runtimeModule
      ? imported.every((name) => Object.hasOwn(runtimeImports, name))
      : file.isOutput(specifier);
  if (!known) throw new UnfamiliarSyntax();
}

/** `* from "…"`, `{ … } from "…"`, or `{}`; the word `export`, perhaps with `type`, is read. */
function readReExport(file: FamiliarFile): void {
  const { tokens } = file;
  if (!tokens.take("*") && readNames(file).length === 0 && tokens.take(";")) return;
  if (!file.isOutput(readSpecifier(file))) throw new UnfamiliarSyntax();
}

/** `{ A, type B }`, perhaps with `type` in front. */
function readNames({ tokens, typed }: FamiliarFile): readonly string[] {
  const names: string[] = [];
  if (typed) tokens.take("type");
  tokens.expect("{");
  tokens.readList("}", () => {
    let name = tokens.read("name");
    if (typed && name === "type" && tokens.kind === "name") name = tokens.read("name");
    names.push(name);
  });
  return names;
}

/** `from "…";` */
function readSpecifier({ tokens }: FamiliarFile): string {
  tokens.expect("from");
  const specifier = tokens.readText();
  tokens.expect(";");
  return specifier;
}
