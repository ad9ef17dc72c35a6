import { type TokenReader, UnfamiliarSyntax } from "./token-reader.js";

/** A type as generated code writes it. Brackets are not kept: the tree says what belongs together. */
export type TypeTree =
  | { readonly kind: "keyword" | "literal"; readonly text: string }
  | { readonly kind: "reference"; readonly name: string; readonly of: readonly TypeTree[] }
  | { readonly kind: "array"; readonly items: TypeTree }
  | { readonly kind: "tuple"; readonly items: readonly TupleItem[] }
  | { readonly kind: "intersection" | "union"; readonly of: readonly TypeTree[] }
  | { readonly kind: "object"; readonly members: readonly TypeMember[] }
  | { readonly kind: "operator"; readonly name: "keyof" | "readonly"; readonly of: TypeTree }
  | { readonly kind: "access"; readonly of: TypeTree; readonly index: TypeTree };

export interface TupleItem {
  readonly type: TypeTree;
  /** `...T[]` */
  readonly rest: boolean;
}

/** A member of an object type, or its index signature, which has the name of the parameter. */
export interface TypeMember {
  readonly kind: "index" | "property";
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeTree;
}

/** The types that a type is made of, in their order. */
export function partsOf(type: TypeTree): readonly TypeTree[] {
  switch (type.kind) {
    case "keyword":
    case "literal":
      return [];
    case "array":
      return [type.items];
    case "tuple":
      return type.items.map((item) => item.type);
    case "object":
      return type.members.map((member) => member.type);
    case "operator":
      return [type.of];
    case "access":
      return [type.of, type.index];
    default:
      return type.of;
  }
}

/** Reads a type up to the first token that cannot belong to it. @throws UnfamiliarSyntax */
export function readType(tokens: TokenReader): TypeTree {
  return readOperands(tokens, "|", "union", readIntersection);
}

/** The members of an object type, with both braces. @throws UnfamiliarSyntax */
export function readTypeMembers(tokens: TokenReader): readonly TypeMember[] {
  const members: TypeMember[] = [];
  tokens.expect("{");
  while (!tokens.take("}")) {
    members.push(readMember(tokens));
    // A line break ends a member, too.
    if (!tokens.take(";") && !tokens.at("}") && tokens.sameLine) throw new UnfamiliarSyntax();
  }
  return members;
}

function readIntersection(tokens: TokenReader): TypeTree {
  return readOperands(tokens, "&", "intersection", readOperand);
}

/** Operands with a mark between them, and perhaps one in front. */
function readOperands(
  tokens: TokenReader,
  mark: string,
  kind: "intersection" | "union",
  readOne: (tokens: TokenReader) => TypeTree,
): TypeTree {
  tokens.take(mark);
  const first = readOne(tokens);
  if (!tokens.at(mark)) return first;
  const of = [first];
  while (tokens.take(mark)) of.push(readOne(tokens));
  return { kind, of };
}

function readOperand(tokens: TokenReader): TypeTree {
  for (const name of ["keyof", "readonly"] as const) {
    if (tokens.take(name)) return { kind: "operator", name, of: readOperand(tokens) };
  }
  let type = readPrimary(tokens);
  while (tokens.sameLine && tokens.take("[")) {
    if (tokens.take("]")) type = { kind: "array", items: type };
    else {
      type = { kind: "access", of: type, index: readType(tokens) };
      tokens.expect("]");
    }
  }
  return type;
}

function readPrimary(tokens: TokenReader): TypeTree {
  if (tokens.kind === "string") return { kind: "literal", text: tokens.read("string") };
  if (tokens.kind === "number") return { kind: "literal", text: tokens.read("number") };
  if (tokens.kind === "name") return readNamed(tokens);
  if (tokens.take("-")) return { kind: "literal", text: `-${tokens.read("number")}` };
  if (tokens.at("{")) return { kind: "object", members: readTypeMembers(tokens) };
  if (tokens.take("[")) return readTuple(tokens);
  tokens.expect("(");
  const type = readType(tokens);
  tokens.expect(")");
  return type;
}

const literals: ReadonlySet<string> = new Set(["false", "null", "true"]);

const keywords: ReadonlySet<string> = new Set([
  "boolean",
  "never",
  "number",
  "object",
  "string",
  "undefined",
  "unknown",
  "void",
]);

function readNamed(tokens: TokenReader): TypeTree {
  const name = tokens.read("name");
  if (literals.has(name)) return { kind: "literal", text: name };
  if (keywords.has(name)) return { kind: "keyword", text: name };
  const of: TypeTree[] = [];
  if (tokens.sameLine && tokens.take("<")) tokens.readList(">", () => of.push(readType(tokens)));
  return { kind: "reference", name, of };
}

function readTuple(tokens: TokenReader): TypeTree {
  const items: TupleItem[] = [];
  tokens.readList("]", () => {
    const rest = tokens.take("...");
    items.push({ rest, type: readType(tokens) });
  });
  return { kind: "tuple", items };
}

function readMember(tokens: TokenReader): TypeMember {
  let name = "";
  let kind: TypeMember["kind"] = "property";
  if (tokens.at("readonly")) {
    tokens.advance();
    // A member of this name.
    if (tokens.at(":") || tokens.at("?")) name = "readonly";
  }
  if (name === "" && tokens.take("[")) {
    if (tokens.kind === "string") name = tokens.readText();
    else {
      kind = "index";
      name = tokens.read("name");
      tokens.expect(":");
      tokens.expect("string");
    }
    tokens.expect("]");
  } else if (name === "") name = readMemberName(tokens);
  const optional = tokens.take("?");
  tokens.expect(":");
  return { kind, name, optional, type: readType(tokens) };
}

/** The name of a member: a word, also a reserved one, or a string. @throws UnfamiliarSyntax */
export function readMemberName(tokens: TokenReader): string {
  if (tokens.kind === "string") return tokens.readText();
  if (tokens.kind !== "name") throw new UnfamiliarSyntax();
  return tokens.read("name");
}
