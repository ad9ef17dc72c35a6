import { UnfamiliarSyntax } from "../token-reader.js";
import type { FamiliarFile } from "./familiar-file.js";

const operators: ReadonlySet<string> = new Set(["&&", "||", "===", "!==", "<", "<=", ">", ">=", "+", "-"]);

/** What came before on the way to a member: `this.#bus.publish`; undefined behind an index. */
type Chain = string | undefined;

/** Reads an expression. How operators bind does not matter here: all operands are held to the same rules. */
export function readExpression(file: FamiliarFile): void {
  const { tokens } = file;
  const isTarget = readOperand(file);
  if (isTarget && tokens.take("=")) readExpression(file);
  else if (file.computes) readOperators(file);
}

/** Arguments or items with their closing mark; the opening one is read. */
export function readExpressions(file: FamiliarFile, end: string): void {
  file.tokens.readList(end, () => readExpression(file));
}

/** What follows the first operand in a validator. `??` does not mix with other operators. */
function readOperators(file: FamiliarFile): void {
  const { tokens } = file;
  if (tokens.take("??")) readOperand(file);
  else {
    while (operators.has(tokens.token)) {
      tokens.advance();
      readOperand(file);
    }
  }
  if (!tokens.take("?")) return;
  readExpression(file);
  tokens.expect(":");
  readExpression(file);
}

/** True for one that may be set, with `=` behind it. */
function readOperand(file: FamiliarFile): boolean {
  const { tokens, computes } = file;
  if (tokens.kind === "name" && !tokens.at("typeof")) return readNamed(file);
  if (computes && (tokens.take("!") || tokens.take("typeof"))) readOperand(file);
  else if (computes && tokens.take("(")) {
    readExpression(file);
    tokens.expect(")");
  } else if (tokens.take("-")) tokens.read("number");
  else if (tokens.take("[")) readExpressions(file, "]");
  else if (tokens.take("{")) tokens.readList("}", () => readProperty(file));
  else if (tokens.kind === "string" || tokens.kind === "number") tokens.advance();
  else throw new UnfamiliarSyntax();
  return false;
}

function readProperty(file: FamiliarFile): void {
  const { tokens, names } = file;
  const isBare = tokens.kind === "name";
  const isComputed = tokens.take("[");
  const name = isBare ? tokens.read("name") : tokens.readText();
  if (isComputed) tokens.expect("]");
  if (isBare && !file.computes && !tokens.at(":")) {
    names.use(name);
    return;
  }
  if (name === "__proto__" && !isComputed) throw new UnfamiliarSyntax();
  tokens.expect(":");
  readExpression(file);
}

function readNamed(file: FamiliarFile): boolean {
  const { tokens, names } = file;
  const name = tokens.read("name");
  if (name === "true" || name === "false" || name === "null") return false;
  if (name === "new") {
    readNew(file);
    return false;
  }
  if (name !== "this") names.use(name);
  else if (file.computes || !tokens.at(".")) throw new UnfamiliarSyntax();
  const chain = readMembers(file, name);
  if (tokens.take("(")) {
    allowCall(file, chain, name);
    readExpressions(file, ")");
    return false;
  }
  if (tokens.at("=") || (file.computes && tokens.sameLine && tokens.at("++"))) {
    allowAssignment(file, chain, name);
    return !tokens.take("++");
  }
  if (chain !== name) allowMember(file, chain);
  return false;
}

/** Members one behind the other: any in validators, but no private ones; in other modules those that the rules name. */
function readMembers(file: FamiliarFile, start: string): Chain {
  const { tokens, computes } = file;
  let chain: Chain = start;
  for (;;) {
    if (tokens.isAdjacent && tokens.take(".")) {
      if (!tokens.isAdjacent) throw new UnfamiliarSyntax();
      const member = tokens.read(tokens.kind === "private" && !computes ? "private" : "name");
      if (chain !== undefined) chain = `${chain}.${member}`;
    } else if (computes && tokens.take("[")) {
      readExpression(file);
      tokens.expect("]");
      chain = undefined;
    } else return chain;
  }
}

function readNew(file: FamiliarFile): void {
  const { tokens, names, rules } = file;
  const name = tokens.read("name");
  if (!rules.classes.includes(name)) throw new UnfamiliarSyntax();
  names.use(name);
  tokens.expect("(");
  readExpressions(file, ")");
}

function allowCall({ names, rules }: FamiliarFile, chain: Chain, name: string): void {
  if (chain === name) names.call(name);
  else if (chain === undefined || !rules.methods.test(chain)) throw new UnfamiliarSyntax();
}

function allowAssignment({ names, rules }: FamiliarFile, chain: Chain, name: string): void {
  if (chain === name) names.set(name);
  else if (chain === undefined || rules.members?.includes(chain) !== true) throw new UnfamiliarSyntax();
}

function allowMember({ rules: { members } }: FamiliarFile, chain: Chain): void {
  if (members !== undefined && (chain === undefined || !members.includes(chain)))
    throw new UnfamiliarSyntax();
}
