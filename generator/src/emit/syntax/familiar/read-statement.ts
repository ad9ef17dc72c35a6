import { UnfamiliarSyntax } from "../token-reader.js";
import type { FamiliarFile } from "./familiar-file.js";
import { readExpression } from "./read-expression.js";

/** Statements of a function, up to the brace that ends it; the opening one is read. */
export function readStatements(file: FamiliarFile): void {
  while (!file.tokens.take("}")) readStatement(file);
}

function readStatement(file: FamiliarFile): void {
  const { tokens, computes } = file;
  if (tokens.take("return")) readReturn(file);
  else if (!computes || !readComputation(file)) {
    // A bracket in its place would begin something else.
    if (tokens.kind !== "name") throw new UnfamiliarSyntax();
    readExpression(file);
    tokens.expect(";");
  }
}

/** Reads a statement of validators, but for those that other modules have, too; false for one of these. */
function readComputation(file: FamiliarFile): boolean {
  const { tokens } = file;
  if (tokens.take("{")) readStatements(file);
  else if (tokens.take("if")) readIf(file);
  else if (tokens.take("for")) readFor(file);
  else if (tokens.take("continue")) tokens.expect(";");
  else if (tokens.at("const") || tokens.at("let")) readVariable(file);
  else return false;
  return true;
}

function readIf(file: FamiliarFile): void {
  readCondition(file);
  readStatement(file);
  if (file.tokens.take("else")) readStatement(file);
}

function readCondition(file: FamiliarFile): void {
  file.tokens.expect("(");
  readExpression(file);
  file.tokens.expect(")");
}

function readFor(file: FamiliarFile): void {
  const { tokens, names } = file;
  tokens.expect("(");
  if (tokens.take("const")) {
    names.declare("variable", tokens.read("name"));
    tokens.expect("in");
  } else {
    readVariable(file);
    readExpression(file);
    tokens.expect(";");
  }
  readExpression(file);
  tokens.expect(")");
  readStatement(file);
}

function readReturn(file: FamiliarFile): void {
  const { tokens } = file;
  if (!tokens.at(";") && tokens.sameLine) readExpression(file);
  tokens.expect(";");
}

/** `const a = 1;` or `let a;` */
export function readVariable(file: FamiliarFile): void {
  const { tokens, names } = file;
  if (!tokens.take("let")) tokens.expect("const");
  names.declare("variable", tokens.read("name"));
  if (tokens.take("=")) readExpression(file);
  tokens.expect(";");
}
