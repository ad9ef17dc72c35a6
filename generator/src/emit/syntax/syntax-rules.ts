import type { Compiler } from "./parsed-file.js";

/** The kinds of syntax that the compiler knows, by name. */
export type SyntaxName = keyof Compiler["SyntaxKind"];

/** What may stand in a kind of file: all else is refused. */
export interface SyntaxRules {
  /** Statements of the module itself. */
  readonly statements: readonly SyntaxName[];
  /** Every other node. */
  readonly nodes: readonly SyntaxName[];
  /** Values that are used without being declared or imported in the file. */
  readonly globals: readonly string[];
  /** Methods that may be called, as they stand in the text. */
  readonly methods: readonly string[];
  /** Members that may be read and set, as they stand in the text. Absent: any may be read, none set. */
  readonly members?: readonly string[];
}

const linking: readonly SyntaxName[] = ["ImportDeclaration", "ExportDeclaration"];

const names: readonly SyntaxName[] = [
  "EndOfFileToken",
  "ExportSpecifier",
  "Identifier",
  "ImportClause",
  "ImportSpecifier",
  "NamedExports",
  "NamedImports",
  "StringLiteral",
  // Modifiers.
  "AbstractKeyword",
  "DeclareKeyword",
  "ExportKeyword",
  "ReadonlyKeyword",
];

const types: readonly SyntaxName[] = [
  "ArrayType",
  "BooleanKeyword",
  "ComputedPropertyName",
  "ExpressionWithTypeArguments",
  "FalseKeyword",
  "HeritageClause",
  "IndexSignature",
  "IndexedAccessType",
  "IntersectionType",
  "LiteralType",
  "NeverKeyword",
  "NullKeyword",
  "NumberKeyword",
  "NumericLiteral",
  "ObjectKeyword",
  "Parameter",
  "ParenthesizedType",
  "PrefixUnaryExpression",
  "PropertySignature",
  "QuestionToken",
  "RestType",
  "StringKeyword",
  "TrueKeyword",
  "TupleType",
  "TypeLiteral",
  "TypeOperator",
  "TypeReference",
  "UndefinedKeyword",
  "UnionType",
  "UnknownKeyword",
  "VoidKeyword",
];

const values: readonly SyntaxName[] = [
  "ArrayLiteralExpression",
  "BinaryExpression",
  "Block",
  "CallExpression",
  "Constructor",
  "EqualsToken",
  "ExpressionStatement",
  "GetAccessor",
  "MethodDeclaration",
  "ObjectLiteralExpression",
  "PrivateIdentifier",
  "PropertyAccessExpression",
  "PropertyAssignment",
  "PropertyDeclaration",
  "ReturnStatement",
  "ShorthandPropertyAssignment",
  "ThisKeyword",
  "VariableDeclaration",
  "VariableDeclarationList",
];

/** Contracts, publishers, listeners and indexes, in all three flavours. */
export const moduleRules: SyntaxRules = {
  statements: [
    ...linking,
    "ClassDeclaration",
    "InterfaceDeclaration",
    "TypeAliasDeclaration",
    "VariableStatement",
  ],
  nodes: [...names, ...types, ...values],
  globals: ["undefined"],
  methods: ["this.#bus.ask", "this.#bus.publish", "this.#bus.send"],
  members: ["this.#bus"],
};

/** Validators as JavaScript: statements and expressions, but nothing that reaches out of the module. */
export const validatorRules: SyntaxRules = {
  statements: [...linking, "FunctionDeclaration", "VariableStatement"],
  nodes: [...names],
  globals: ["Array", "Number", "Object", "undefined"],
  methods: ["Array.isArray", "Number.isFinite", "Number.isInteger"],
};
