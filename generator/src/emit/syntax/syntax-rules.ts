import type { Compiler } from "./parsed-file.js";

/** The kinds of syntax that the compiler knows, by name. */
export type SyntaxName = keyof Compiler["SyntaxKind"];

/** What may stand in a kind of file: all else is refused. */
export interface SyntaxRules {
  /** Statements of the module itself. */
  readonly statements: readonly SyntaxName[];
  /** Every other node. */
  readonly nodes: readonly SyntaxName[];
  /** Values and types that are used without being declared or imported in the file. */
  readonly globals: readonly string[];
  /** Methods that may be called, as they stand in the text with what they are called on. */
  readonly methods: RegExp;
  /** Classes that may be made objects of. */
  readonly classes: readonly string[];
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
  globals: ["Promise", "undefined"],
  methods: /^this\.#bus\.(ask|publish|send)$/,
  classes: [],
  members: ["this.#bus"],
};

/** Statements and expressions, but nothing that calls what data could hold or reaches out of the module. */
const computation: readonly SyntaxName[] = [
  "ArrayLiteralExpression",
  "BinaryExpression",
  "Block",
  "CallExpression",
  "ConditionalExpression",
  "ContinueStatement",
  "ElementAccessExpression",
  "ExpressionStatement",
  "FalseKeyword",
  "ForInStatement",
  "ForStatement",
  "IfStatement",
  "NewExpression",
  "NullKeyword",
  "NumericLiteral",
  "ObjectLiteralExpression",
  "Parameter",
  "ParenthesizedExpression",
  "PostfixUnaryExpression",
  "PrefixUnaryExpression",
  "PropertyAccessExpression",
  "PropertyAssignment",
  "ReturnStatement",
  "TrueKeyword",
  "TypeOfExpression",
  "VariableDeclaration",
  "VariableDeclarationList",
  "VariableStatement",
];

const operators: readonly SyntaxName[] = [
  "AmpersandAmpersandToken",
  "BarBarToken",
  "ColonToken",
  "EqualsEqualsEqualsToken",
  "EqualsToken",
  "ExclamationEqualsEqualsToken",
  "GreaterThanEqualsToken",
  "GreaterThanToken",
  "LessThanEqualsToken",
  "LessThanToken",
  "MinusToken",
  "PlusToken",
  "QuestionQuestionToken",
  "QuestionToken",
];

/** Validators, which are always JavaScript. */
export const validatorRules: SyntaxRules = {
  statements: [...linking, "FunctionDeclaration", "VariableStatement"],
  nodes: [...names, ...computation, ...operators],
  globals: ["Array", "Infinity", "JSON", "Number", "RegExp", "Set", "undefined"],
  methods:
    /^\w+\.(add[A-Z]\w*|has|has[A-Z]\w*|includes|isArray|isFinite|isInteger|parse|test|undeclared\w*)$/,
  classes: ["RegExp", "Seen", "Set"],
};
