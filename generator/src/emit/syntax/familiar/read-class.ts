import { readMemberName, readType } from "../read-type.js";
import { UnfamiliarSyntax } from "../token-reader.js";
import type { FamiliarFile } from "./familiar-file.js";
import { readStatements } from "./read-statement.js";

/** Those of TypeScript; JavaScript has `get` alone. */
const modifiers: ReadonlySet<string> = new Set(["abstract", "declare", "get", "readonly"]);

/** A class from its name on: no base class, no code but in methods. */
export function readClass(file: FamiliarFile): void {
  const { tokens, names } = file;
  names.declare("type", tokens.read("name"));
  if (file.typed && tokens.take("implements")) readTypes(file);
  tokens.expect("{");
  while (!tokens.take("}")) readMember(file);
}

function readMember(file: FamiliarFile): void {
  const { tokens, typed } = file;
  if (tokens.take("constructor")) {
    readMethod(file);
    return;
  }
  const isGetter = readModifiers(file);
  if (!isGetter && typed) tokens.take("?");
  if (isGetter || tokens.at("(")) readMethod(file);
  else {
    readTypeOf(file);
    tokens.expect(";");
  }
}

/**
 * A member's name with its modifiers; true behind `get`. A modifier is one when another name follows it on its line:
 * `get contract()`, but also `get()`.
 */
function readModifiers({ tokens, typed }: FamiliarFile): boolean {
  for (let word = ""; ; ) {
    const isGetter = word === "get";
    if (tokens.kind === "private" && !isGetter) {
      tokens.advance();
      return false;
    }
    word = tokens.token;
    if (readMemberName(tokens) === "constructor") throw new UnfamiliarSyntax();
    const follows = tokens.sameLine && /name|private|string/.test(tokens.kind);
    const isModifier = typed ? modifiers.has(word) : word === "get";
    if (isGetter || !isModifier || !follows) return isGetter;
  }
}

function readMethod(file: FamiliarFile): void {
  const { tokens } = file;
  tokens.expect("(");
  readParameters(file);
  readTypeOf(file);
  if (tokens.take("{")) readStatements(file);
  else tokens.expect(";");
}

/** Parameters with their closing bracket; the opening one is read. */
export function readParameters(file: FamiliarFile): void {
  const { tokens, names, typed } = file;
  tokens.readList(")", () => {
    names.declare("variable", tokens.read("name"));
    if (typed) tokens.take("?");
    readTypeOf(file);
  });
}

/** `A, B`: what a class or an interface is said to be. */
export function readTypes({ tokens, names }: FamiliarFile): void {
  do {
    if (tokens.kind !== "name") throw new UnfamiliarSyntax();
    const type = readType(tokens);
    if (type.kind !== "reference") throw new UnfamiliarSyntax();
    names.useType(type);
  } while (tokens.take(","));
}

/** `: T`, where there is one. */
export function readTypeOf({ tokens, names, typed }: FamiliarFile): void {
  if (typed && tokens.take(":")) names.useType(readType(tokens));
}
