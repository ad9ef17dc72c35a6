import type { ts } from "ts-morph";
import { collectNames, type FileNames, isReference } from "./file-names.js";
import { type Compiler, type ParsedFile, SyntaxBreach } from "./parsed-file.js";
import type { SyntaxRules } from "./syntax-rules.js";

/** What the checks of one file go by. */
interface CheckContext {
  readonly source: ts.SourceFile;
  readonly names: FileNames;
  readonly rules: SyntaxRules;
  readonly compiler: Compiler;
}

/** Says what is wrong with one node, when it is wrong. */
type NodeCheck = (node: ts.Node) => string | undefined;

/**
 * Holds every node of a file against the rules: kinds of syntax, names, calls, members, assignments. What a file may
 * import is checked by `check-links.ts`.
 *
 * @throws SyntaxBreach for the first thing that no rule allows
 */
export function checkTree(file: ParsedFile, rules: SyntaxRules, compiler: Compiler): void {
  const { source } = file;
  const context = { source, names: collectNames(source, compiler), rules, compiler };
  const checks = [kindCheck, nameCheck, callCheck, memberCheck, assignmentCheck, declarationCheck].map(
    (create) => create(context),
  );
  const visit = (node: ts.Node): void => {
    for (const check of checks) {
      const message = check(node);
      if (message !== undefined) throw new SyntaxBreach(file, node.getStart(source), message);
    }
    compiler.forEachChild(node, visit);
  };
  compiler.forEachChild(source, visit);
}

function kindCheck({ source, rules, compiler: { SyntaxKind } }: CheckContext): NodeCheck {
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

/**
 * Values and types are declared in the file, imported or among the few globals that the rules name; and no variable
 * takes the name of a function or global, so that a call means what it says.
 */
function nameCheck({ names, rules, compiler }: CheckContext): NodeCheck {
  const taken = new Set([...rules.globals, ...names.functions]);
  const known = new Set([...taken, ...names.variables, ...names.types]);
  return (node) => {
    if (!compiler.isIdentifier(node)) return undefined;
    if (isReference(node, compiler)) {
      return known.has(node.text) ? undefined : "unexpected name from elsewhere";
    }
    const isVariable = compiler.isVariableDeclaration(node.parent) || compiler.isParameter(node.parent);
    return isVariable && taken.has(node.text) ? "unexpected declaration" : undefined;
  };
}

/** Calls go to functions of the file, to imported ones, and to the methods and classes that the rules name. */
function callCheck({ source, names, rules, compiler }: CheckContext): NodeCheck {
  return (node) => {
    if (compiler.isNewExpression(node)) {
      return rules.classes.includes(node.expression.getText(source)) ? undefined : "unexpected class";
    }
    if (!compiler.isCallExpression(node)) return undefined;
    const callee = node.expression.getText(source);
    const isName = compiler.isIdentifier(node.expression);
    const allowed = isName ? names.functions.has(callee) : rules.methods.test(callee);
    return allowed ? undefined : "unexpected call";
  };
}

/** Members are read where the rules name them, or leave them free. */
function memberCheck({ source, rules: { members, methods }, compiler }: CheckContext): NodeCheck {
  return (node) => {
    if (members === undefined || !compiler.isPropertyAccessExpression(node)) return undefined;
    const text = node.getText(source);
    return members.includes(text) || methods.test(text) ? undefined : "unexpected member";
  };
}

/** Only variables of the file, and the members that the rules name, are set. */
function assignmentCheck({ source, names, rules, compiler }: CheckContext): NodeCheck {
  return (node) => {
    const target = assignmentTarget(node, compiler)?.getText(source);
    if (target === undefined || names.variables.has(target)) return undefined;
    return rules.members?.includes(target) === true ? undefined : "unexpected assignment";
  };
}

/** What a node sets, if it sets anything. */
function assignmentTarget(node: ts.Node, compiler: Compiler): ts.Node | undefined {
  const { SyntaxKind } = compiler;
  if (compiler.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment ? node.left : undefined;
  }
  if (compiler.isForInStatement(node) || compiler.isForOfStatement(node)) {
    return compiler.isVariableDeclarationList(node.initializer) ? undefined : node.initializer;
  }
  if (!compiler.isPrefixUnaryExpression(node) && !compiler.isPostfixUnaryExpression(node)) return undefined;
  const counts = node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken;
  return counts ? node.operand : undefined;
}

/** Constants at the top, no base classes, no computed names but plain text, and no name that sets a prototype. */
function declarationCheck({ compiler }: CheckContext): NodeCheck {
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
