import type { ts } from "ts-morph";
import { propertyName, stringLiteral } from "../escape.js";
import { docComment } from "../jsdoc.js";
import type { MemberNames } from "./library-schema.js";
import { schemaDoc } from "./schema-doc.js";

/** Lines longer than this are broken up where a type can be. */
const lineWidth = 100;

/** Prints types of json-schema-to-typescript: deeply readonly, with the members' own names and doc comments. */
export class TypePrinter {
  readonly #ts: typeof ts;
  readonly #names: MemberNames;

  constructor(compiler: typeof ts, names: MemberNames) {
    this.#ts = compiler;
    this.#names = names;
  }

  /** An interface where the type is one object, else a type alias. */
  declared(name: string, node: ts.TypeNode | undefined): string {
    if (node === undefined) throw unexpected(`missing ${name}`);
    if (this.#ts.isTypeLiteralNode(node)) return `interface ${name} ${this.#members(node.members, "")}`;
    const start = `type ${name} =`;
    return `${start}${behind(this.print(node, "", start.length))};`;
  }

  /** The text of a type whose first line begins at `column`, and whose later lines are indented. */
  print(node: ts.TypeNode, indent: string, column: number = indent.length): string {
    const { SyntaxKind } = this.#ts;
    if (this.#ts.isParenthesizedTypeNode(node)) return this.print(node.type, indent, column);
    if (this.#ts.isTypeLiteralNode(node)) return this.#members(node.members, indent);
    if (this.#ts.isUnionTypeNode(node)) return this.#union(node, indent, column);
    if (this.#ts.isIntersectionTypeNode(node)) return this.#intersection(node, indent);
    if (this.#ts.isArrayTypeNode(node)) return `readonly ${this.#elements(node, indent)}`;
    if (this.#ts.isTupleTypeNode(node)) return this.#tuple(node, indent);
    if (this.#ts.isLiteralTypeNode(node)) return this.#literal(node.literal);
    if (this.#ts.isTypeReferenceNode(node) && this.#ts.isIdentifier(node.typeName)) return node.typeName.text;
    const keyword = keywords.find((name) => SyntaxKind[`${name}Keyword`] === node.kind);
    if (keyword !== undefined) return keyword.toLowerCase();
    throw unexpected(SyntaxKind[node.kind]);
  }

  /** The members of an object in braces, one a line. */
  #members(members: readonly ts.TypeElement[], indent: string): string {
    if (members.length === 0) return "{}";
    const inner = `${indent}  `;
    return `{\n${members.map((member) => this.#member(member, inner)).join("")}${indent}}`;
  }

  #member(member: ts.TypeElement, indent: string): string {
    if (this.#ts.isIndexSignatureDeclaration(member)) {
      return `${indent}readonly [name: string]:${behind(this.print(member.type, indent))};\n`;
    }
    const { name } = member;
    if (!this.#ts.isPropertySignature(member) || member.type === undefined) throw unexpected("member");
    if (name === undefined || !this.#ts.isIdentifier(name)) throw unexpected("member name");
    const { name: wanted, schema } = this.#names.member(name.text);
    const doc = schema === undefined ? "" : docComment(schemaDoc(schema), indent);
    const optional = member.questionToken === undefined ? "" : "?";
    const start = `${indent}readonly ${propertyName(wanted)}${optional}:`;
    return `${doc}${start}${behind(this.print(member.type, indent, start.length))};\n`;
  }

  #union(union: ts.UnionTypeNode, indent: string, column: number): string {
    const inner = `${indent}  `;
    // Each part is printed once: trying it twice would double the time with every level of nesting.
    const parts = this.#alternatives(union).map((part) => this.#operand(part, `${inner}  `));
    const short = parts.join(" | ");
    if (column + short.length <= lineWidth && !short.includes("\n")) return short;
    return parts.map((part) => `\n${inner}| ${part}`).join("");
  }

  #alternatives(node: ts.TypeNode): readonly ts.TypeNode[] {
    if (this.#ts.isParenthesizedTypeNode(node)) return this.#alternatives(node.type);
    return this.#ts.isUnionTypeNode(node) ? node.types.flatMap((type) => this.#alternatives(type)) : [node];
  }

  #intersection({ types }: ts.IntersectionTypeNode, indent: string): string {
    return types.map((type) => this.#operand(type, indent)).join(" & ");
  }

  #tuple({ elements }: ts.TupleTypeNode, indent: string): string {
    const items = elements.map((element) => {
      if (!this.#ts.isRestTypeNode(element)) return this.print(element, indent);
      if (!this.#ts.isArrayTypeNode(element.type)) throw unexpected("rest element");
      return `...${this.#elements(element.type, indent)}`;
    });
    return `readonly [${items.join(", ")}]`;
  }

  #elements({ elementType }: ts.ArrayTypeNode, indent: string): string {
    const inner = this.#unwrapped(elementType);
    const text = this.print(inner, indent);
    const binds =
      this.#ts.isArrayTypeNode(inner) || this.#ts.isTupleTypeNode(inner) || this.#isCompound(inner);
    return binds ? `(${this.#broken(text, indent)})[]` : `${text}[]`;
  }

  /** A type as part of a union or an intersection. */
  #operand(node: ts.TypeNode, indent: string): string {
    const inner = this.#unwrapped(node);
    const text = this.print(inner, indent);
    return this.#isCompound(inner) ? `(${this.#broken(text, indent)})` : text;
  }

  /** A union over several lines leaves its closing bracket a line of its own. */
  #broken(text: string, indent: string): string {
    return text.startsWith("\n") ? `${text}\n${indent}` : text;
  }

  #isCompound(node: ts.TypeNode): boolean {
    return this.#ts.isUnionTypeNode(node) || this.#ts.isIntersectionTypeNode(node);
  }

  #unwrapped(node: ts.TypeNode): ts.TypeNode {
    if (this.#ts.isParenthesizedTypeNode(node)) return this.#unwrapped(node.type);
    const [only] = this.#ts.isUnionTypeNode(node) ? this.#alternatives(node) : [];
    return this.#ts.isUnionTypeNode(node) && node.types.length === 1 && only !== undefined ? only : node;
  }

  #literal(literal: ts.LiteralTypeNode["literal"]): string {
    const { SyntaxKind } = this.#ts;
    if (this.#ts.isStringLiteral(literal)) return stringLiteral(literal.text);
    if (this.#ts.isNumericLiteral(literal)) return literal.text;
    if (this.#ts.isPrefixUnaryExpression(literal) && this.#ts.isNumericLiteral(literal.operand)) {
      return `-${literal.operand.text}`;
    }
    if (literal.kind === SyntaxKind.NullKeyword) return "null";
    if (literal.kind === SyntaxKind.TrueKeyword) return "true";
    if (literal.kind === SyntaxKind.FalseKeyword) return "false";
    throw unexpected(SyntaxKind[literal.kind]);
  }
}

/** A type behind other text on its line; a union over several lines begins with a line break. */
function behind(text: string): string {
  return text.startsWith("\n") ? text : ` ${text}`;
}

const keywords = ["Boolean", "Never", "Number", "String", "Undefined", "Unknown"] as const;

function unexpected(what: string): Error {
  return new Error(`internal error: did not expect a ${what} in a type of the library`);
}
