import type { Target } from "../options.js";
import { stringLiteral } from "./escape.js";
import { relativeSpecifier } from "./module-path.js";
import { header, type OutputFile } from "./output-file.js";
import { printClass } from "./print-class.js";
import { printImports } from "./print-imports.js";
import { printList } from "./print-list.js";
import type { ConstantStatement, ReExport, SourceFile, Statement } from "./source-file.js";

/** What a module is printed as: TypeScript, or its two halves, declarations and JavaScript. */
export type Flavour = "ts" | "d.ts" | "js";

/** The files that a module becomes: one `.ts`, or `.js` and `.d.ts` side by side. */
export function printSource(file: SourceFile, target: Target): readonly OutputFile[] {
  const flavours: readonly Flavour[] = target === "ts" ? ["ts"] : ["d.ts", "js"];
  return flavours.map((flavour) => ({ path: `${file.module}.${flavour}`, text: printText(file, flavour) }));
}

function printText(file: SourceFile, flavour: Flavour): string {
  const blocks = blocksOf(file.statements)
    .map((block) => block.map((statement) => printStatement(statement, file.module, flavour)).join(""))
    .filter((text) => text !== "");
  // Without any import or export it would be a script, not a module.
  if (blocks.length === 0) blocks.push("export {};\n");
  const imports = printImports(file, flavour);
  return header(file.sources) + [imports, ...blocks].filter((text) => text !== "").join("\n");
}

/** Statements with an empty line between them; re-exports in a row stand together. */
function blocksOf(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const blocks: Statement[][] = [];
  for (const statement of statements) {
    const last = blocks.at(-1);
    if (statement.kind === "re-export" && last?.[0]?.kind === "re-export") last.push(statement);
    else blocks.push([statement]);
  }
  return blocks;
}

function printStatement(statement: Statement, module: string, flavour: Flavour): string {
  switch (statement.kind) {
    case "type":
      return flavour === "js" ? "" : statement.text;
    case "constant":
      return printConstant(statement, flavour);
    case "class":
      return printClass(statement, flavour);
    case "re-export":
      return printReExport(statement, module, flavour);
  }
}

function printConstant({ name, doc, type, value }: ConstantStatement, flavour: Flavour): string {
  switch (flavour) {
    case "ts":
      return `${doc}export const ${name}: ${type} = ${value};\n`;
    case "d.ts":
      return `${doc}export declare const ${name}: ${type};\n`;
    case "js":
      return `export const ${name} = ${value};\n`;
  }
}

function printReExport({ from, names }: ReExport, module: string, flavour: Flavour): string {
  const specifier = stringLiteral(relativeSpecifier(module, from));
  if (names === undefined) return `export * from ${specifier};\n`;
  const wanted = flavour === "js" ? names.filter(({ use }) => use === "value") : names;
  if (wanted.length === 0) return "";
  const typesOnly = wanted.every(({ use }) => use === "type");
  const items = wanted.map(({ name, use }) => (use === "type" && !typesOnly ? `type ${name}` : name));
  return `${printList(`export ${typesOnly ? "type " : ""}{ `, items, ` } from ${specifier};`)}\n`;
}
