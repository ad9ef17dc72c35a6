import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const quickStart = readme.split(/^## /m).find((part) => part.startsWith("Quick start")) ?? "";

/** The one block of a language that holds a text, in the README's quick start. */
export function quickStartBlock(language: string, part: string): string {
  return codeBlock(quickStart, language, part);
}

/** The same in any page. */
export function codeBlock(page: string, language: string, part: string): string {
  const blocks = Array.from(page.matchAll(/^```(\w+)\n(.*?)^```$/gms))
    .filter(([, name, text = ""]) => name === language && text.includes(part))
    .map(([, , text = ""]) => text);
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) {
    throw new Error(`${blocks.length} ${language} blocks with ${part}`);
  }
  return block;
}
