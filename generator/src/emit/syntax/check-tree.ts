import type { ts } from "ts-morph";
import { declaredNames, functionNames, isReference } from "./identifiers.js";
import { type Compiler, type ParsedFile, SyntaxBreach } from "./parsed-file.js";
import type { SyntaxRules } from "./syntax-rules.js";

/** Says what is wrong with one node, when it is wrong. */
type NodeCheck = (node: ts.Node) => string | undefined;

/**
 * Holds every node of a file against the rules: kinds of syntax, values, calls, members, assignments. What a file
 * may import is checked by `check-links.ts`.
 *
 * @throws SyntaxBreach for the first thing that no rule allows
 */
export function checkTree(file: ParsedFile, rules: SyntaxRules, compiler: Compiler): void {
  const checks = [
    kindCheck(file, rules, compiler),
    referenceCheck(file, rules, compiler),
    callCheck(file, rules, compiler),
    memberCheck(file, rules, compiler),
    declarationCheck(compiler),
  ];
  const visit = (node: ts.Node): void => {
    for (const check of checks) {
      const message = check(node);
      if (message !== undefined) throw new SyntaxBreach(file, node.getStart(file.source), message);
    }
    compiler.forEachChild(node, visit);
  };
  compiler.forEachChild(file.source, visit);
}

function kindCheck({ source }: ParsedFile, rules: SyntaxRules, { SyntaxKind }: Compiler): NodeCheck {
  const statements = new Set<number>(rules.statements.map((name) => SyntaxKind[name]));
  const nodes = new Set<number>(rules.nodes.map((name) => SyntaxKind[name]));
  return ({ kind, parent }) => {
    if (kind === SyntaxKind.EndOfFileToken) return undefined;
    const allowed = parent === source ? statements : nodes;
    if (allowed.has(kind)) return undefined;
    // `SyntaxKind[kind]` may be the name of a range, such as `LastTypeNode`; the kind's own name comes first.
    return `unexpected ${Object.entries(SyntaxKind).find(([, value]) => value === kind)?.[0]}`;
  };
}

/** Values and types are declared in the file, imported or among the few globals that the rules name. */
function referenceCheck({ source }: ParsedFile, rules: SyntaxRules, compiler: Compiler): NodeCheck {
  const known = new Set([...rules.globals, ...declaredNames(source, compiler)]);
  return (node) => {
    if (!compiler.isIdentifier(node) || !isReference(node, compiler)) return undefined;
    return known.has(node.text) ? undefined : "unexpected name from elsewhere";
  };
}

/** Calls go to functions of the file, to imported ones, and to the methods and classes that the rules name. */
function callCheck({ source }: ParsedFile, rules: SyntaxRules, compiler: Compiler): NodeCheck {
  const functions = functionNames(source, compiler);
  return (node) => {
    if (compiler.isNewExpression(node)) {
      return rules.classes.includes(node.expression.getText(source)) ? undefined : "unexpected class";
    }
    if (!compiler.isCallExpression(node)) return undefined;
    const callee = node.expression.getText(source);
    const allowed = compiler.isIdentifier(node.expression)
      ? functions.has(callee)
      : rules.methods.test(callee);
    return allowed ? undefined : "unexpected call";
  };
}

/** Members are read where the rules name them or leave them free; nothing but a variable or a named member is set. */
function memberCheck({ source }: ParsedFile, rules: SyntaxRules, compiler: Compiler): NodeCheck {
  const { members, methods } = rules;
  return (node) => {
    if (compiler.isPropertyAccessExpression(node)) {
      const text = node.getText(source);
      const allowed = members === undefined || members.includes(text) || methods.test(text);
      return allowed ? undefined : "unexpected member";
    }
    const target = assignmentTarget(node, compiler);
    if (target === undefined || compiler.isIdentifier(target)) return undefined;
    return members?.includes(target.getText(source)) === true ? undefined : "unexpected assignment";
  };
}

/** What a node sets, if it sets anything. */
function assignmentTarget(node: ts.Node, compiler: Compiler): ts.Expression | undefined {
  const { SyntaxKind } = compiler;
  if (compiler.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment ? node.left : undefined;
  }
  if (!compiler.isPrefixUnaryExpression(node) && !compiler.isPostfixUnaryExpression(node)) return undefined;
  const counts = node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken;
  return counts ? node.operand : undefined;
}

/** Constants at the top, no base classes, no computed names but plain text, and no name that sets a prototype. */
function declarationCheck(compiler: Compiler): NodeCheck {
  const { NodeFlags, SyntaxKind } = compiler;
  return (node) => {
    if (compiler.isVariableStatement(node)) {
      const isConstant = (node.declarationList.flags & NodeFlags.Const) !== 0;
      return isConstant || !compiler.isSourceFile(node.parent) ? undefined : "unexpected variable";
    }
    if (compiler.isHeritageClause(node) && compiler.isClassLike(node.parent)) {
      return node.token === SyntaxKind.ImplementsKeyword ? undefined : "unexpected base class";
    }
    if (compiler.isComputedPropertyName(node)) {
      return compiler.isStringLiteral(node.expression) ? undefined : "unexpected computed name";
    }
    if (!compiler.isPropertyAssignment(node) || compiler.isComputedPropertyName(node.name)) return undefined;
    return node.name.text === "__proto__" ? "a prototype is set" : undefined;
  };
}
