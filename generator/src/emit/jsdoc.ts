import { commentText } from "./escape.js";

/** What a doc comment says. Texts are the users' own, not yet escaped. */
export interface DocText {
  readonly description?: string | undefined;
  readonly deprecated?: boolean | undefined;
}

/** A doc comment with a line break at its end, each line indented; empty when there is nothing to say. */
export function docComment({ description, deprecated }: DocText, indent = ""): string {
  const lines = description === undefined ? [] : commentText(description).trim().split("\n");
  if (deprecated === true) lines.push("@deprecated");
  const said = lines.map((line) => line.trimEnd());
  const only = said.length === 1 ? (said[0] ?? "") : undefined;
  if (said.length === 0 || only === "") return "";
  // On one line, a text such as `@ts-…` would be an order to the compiler.
  if (only !== undefined && !only.startsWith("@ts-")) return `${indent}/** ${only} */\n`;
  return [`${indent}/**`, ...said.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`, ""].join(
    "\n",
  );
}
