import type { ts } from "ts-morph";
import type { Compiler } from "./parsed-file.js";

/** The names that a file declares or imports, wherever in it. */
export interface FileNames {
  /** Functions, and all that is imported. */
  readonly functions: ReadonlySet<string>;
  /** Variables, constants and parameters. */
  readonly variables: ReadonlySet<string>;
  /** Classes, interfaces and type aliases. */
  readonly types: ReadonlySet<string>;
}

export function collectNames(source: ts.SourceFile, compiler: Compiler): FileNames {
  const names = { functions: new Set<string>(), variables: new Set<string>(), types: new Set<string>() };
  const visit = (node: ts.Node): void => {
    if (compiler.isFunctionDeclaration(node) || compiler.isImportSpecifier(node)) {
      add(names.functions, node.name);
    } else if (compiler.isVariableDeclaration(node) || compiler.isParameter(node)) {
      add(names.variables, node.name);
    } else if (
      compiler.isClassDeclaration(node) ||
      compiler.isInterfaceDeclaration(node) ||
      compiler.isTypeAliasDeclaration(node)
    ) {
      add(names.types, node.name);
    }
    compiler.forEachChild(node, visit);
  };
  const add = (set: Set<string>, name: ts.Node | undefined): void => {
    if (name !== undefined && compiler.isIdentifier(name)) set.add(name.text);
  };
  visit(source);
  return names;
}

/** Whether an identifier stands for a value or a type, and is not merely the name of something. */
export function isReference(node: ts.Identifier, compiler: Compiler): boolean {
  const { parent } = node;
  if (compiler.isShorthandPropertyAssignment(parent)) return true;
  return !["name", "propertyName", "label"].some((member) => Reflect.get(parent, member) === node);
}
