import type { ts } from "ts-morph";
import type { Compiler } from "./parsed-file.js";

/** Whether an identifier stands for a value or a type, and is not merely the name of something. */
export function isReference(node: ts.Identifier, compiler: Compiler): boolean {
  const { parent } = node;
  if (compiler.isShorthandPropertyAssignment(parent)) return true;
  return !["name", "propertyName", "label"].some((member) => Reflect.get(parent, member) === node);
}

/** Every value and type that a file declares or imports, wherever in it. */
export function declaredNames(source: ts.SourceFile, compiler: Compiler): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const declares =
      compiler.isVariableDeclaration(node) ||
      compiler.isFunctionDeclaration(node) ||
      compiler.isClassDeclaration(node) ||
      compiler.isInterfaceDeclaration(node) ||
      compiler.isTypeAliasDeclaration(node) ||
      compiler.isParameter(node) ||
      compiler.isImportSpecifier(node);
    if (declares && node.name !== undefined && compiler.isIdentifier(node.name)) names.add(node.name.text);
    compiler.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** The functions of a file: those it declares and what it imports. */
export function functionNames(source: ts.SourceFile, compiler: Compiler): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of source.statements) {
    if (compiler.isFunctionDeclaration(statement) && statement.name !== undefined)
      names.add(statement.name.text);
    if (!compiler.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !compiler.isNamedImports(bindings)) continue;
    for (const { name } of bindings.elements) names.add(name.text);
  }
  return names;
}
