import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The fenced blocks of the README's quick start, in order. */
export function quickStartBlocks(): { language: string; text: string }[] {
  const section = readme.split(/^## /m).find((part) => part.startsWith("Quick start")) ?? "";
  return Array.from(section.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language, text]) => ({
    language: language ?? "",
    text: text ?? "",
  }));
}

/** The one block of a language that holds a text. */
export function quickStartBlock(language: string, part: string): string {
  const blocks = quickStartBlocks().filter(
    (block) => block.language === language && block.text.includes(part),
  );
  const [block] = blocks;
  if (block === undefined || blocks.length > 1)
    throw new Error(`${blocks.length} ${language} blocks with ${part}`);
  return block.text;
}
