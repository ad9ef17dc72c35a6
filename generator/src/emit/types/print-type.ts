import { propertyName, stringLiteral } from "../escape.js";
import { docComment } from "../jsdoc.js";
import type { TupleItem, TypeMember, TypeTree } from "../syntax/read-type.js";
import type { MemberNames } from "./library-schema.js";
import { schemaDoc } from "./schema-doc.js";

/** Lines longer than this are broken up where a type can be. */
const lineWidth = 100;

/** Prints types of json-schema-to-typescript: deeply readonly, with the members' own names and doc comments. */
export class TypePrinter {
  readonly #names: MemberNames;

  constructor(names: MemberNames) {
    this.#names = names;
  }

  /** An interface where the type is one object, else a type alias. */
  declared(name: string, type: TypeTree): string {
    if (type.kind === "object") return `interface ${name} ${this.#members(type.members, "")}`;
    const start = `type ${name} =`;
    return `${start}${behind(this.print(type, "", start.length))};`;
  }

  /** The text of a type whose first line begins at `column`, and whose later lines are indented. */
  print(type: TypeTree, indent: string, column: number = indent.length): string {
    switch (type.kind) {
      case "object":
        return this.#members(type.members, indent);
      case "union":
        return this.#union(type.of, indent, column);
      case "intersection":
        return type.of.map((part) => this.#operand(part, indent)).join(" & ");
      case "array":
        return `readonly ${this.#elements(type.items, indent)}`;
      case "tuple":
        return `readonly [${type.items.map((item) => this.#item(item, indent)).join(", ")}]`;
      case "literal":
        return type.text.startsWith('"') ? stringLiteral(JSON.parse(type.text)) : type.text;
      case "keyword":
        return type.text;
      case "reference":
        if (type.of.length === 0) return type.name;
    }
    throw unexpected(type.kind);
  }

  /** The members of an object in braces, one a line. */
  #members(members: readonly TypeMember[], indent: string): string {
    if (members.length === 0) return "{}";
    const inner = `${indent}  `;
    return `{\n${members.map((member) => this.#member(member, inner)).join("")}${indent}}`;
  }

  #member({ kind, name: given, optional, type }: TypeMember, indent: string): string {
    if (kind === "index") return `${indent}readonly [name: string]:${behind(this.print(type, indent))};\n`;
    const { name, schema } = this.#names.member(given);
    const doc = schema === undefined ? "" : docComment(schemaDoc(schema), indent);
    const start = `${indent}readonly ${propertyName(name)}${optional ? "?" : ""}:`;
    return `${doc}${start}${behind(this.print(type, indent, start.length))};\n`;
  }

  #union(types: readonly TypeTree[], indent: string, column: number): string {
    const inner = `${indent}  `;
    // Each part is printed once: trying it twice would double the time with every level of nesting.
    const parts = types.flatMap(alternatives).map((part) => this.#operand(part, `${inner}  `));
    const short = parts.join(" | ");
    if (column + short.length <= lineWidth && !short.includes("\n")) return short;
    return parts.map((part) => `\n${inner}| ${part}`).join("");
  }

  #item({ rest, type }: TupleItem, indent: string): string {
    if (!rest) return this.print(type, indent);
    if (type.kind !== "array") throw unexpected("rest element");
    return `...${this.#elements(type.items, indent)}`;
  }

  #elements(type: TypeTree, indent: string): string {
    const text = this.print(type, indent);
    const binds = type.kind === "array" || type.kind === "tuple" || isCompound(type);
    return binds ? `(${broken(text, indent)})[]` : `${text}[]`;
  }

  /** A type as part of a union or an intersection. */
  #operand(type: TypeTree, indent: string): string {
    const text = this.print(type, indent);
    return isCompound(type) ? `(${broken(text, indent)})` : text;
  }
}

/** The parts of a union, and of unions in it. */
function alternatives(type: TypeTree): readonly TypeTree[] {
  return type.kind === "union" ? type.of.flatMap(alternatives) : [type];
}

function isCompound({ kind }: TypeTree): boolean {
  return kind === "union" || kind === "intersection";
}

/** A union over several lines leaves its closing bracket a line of its own. */
function broken(text: string, indent: string): string {
  return text.startsWith("\n") ? `${text}\n${indent}` : text;
}

/** A type behind other text on its line; a union over several lines begins with a line break. */
function behind(text: string): string {
  return text.startsWith("\n") ? text : ` ${text}`;
}

function unexpected(what: string): Error {
  return new Error(`internal error: did not expect ${JSON.stringify(what)} in a type of the library`);
}
