/**
 * Text for terminals and CI logs. File names and schema texts come from anybody: nothing in them may move the
 * cursor, start a new line, or become a command to the CI system.
 */
export function terminalText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter).replace(/^\s*:(?=:)|##(?=\w*\[)/g, escapeAll);
}

/** One line of JSON for machines; unsafe characters are escaped as JSON allows, the data stay the same. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value)
    .replace(UNSAFE, jsonEscape)
    .replace(/##(?=\w*\[)/g, jsonEscape);
}

/** Prints a line to standard output. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line to standard error. */
export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Control and invisible formatting characters (also those that turn the direction), line separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function escapeAll(text: string): string {
  return Array.from(text, escapeCharacter).join("");
}

function jsonEscape(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
