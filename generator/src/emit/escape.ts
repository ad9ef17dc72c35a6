/**
 * The escapers of the emitters. Every text that users wrote passes exactly one of them on its way into a source file;
 * identifiers and file names come ready from `model/names.ts`.
 */

/** Control characters, line separators, byte order marks and marks that turn the reading direction. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** A lone surrogate: text with one is no UTF-8. */
const LONE_SURROGATE = /\p{Cs}/gu;

/** One double-quoted string literal of JavaScript, TypeScript and JSON, on one line. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, unicodeEscape);
}

/** The name of a member in an object literal, an interface or a class: bare where it can be, else quoted. */
export function propertyName(name: string): string {
  // In an object literal, a plain `__proto__: x` would set the prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/** Text inside a block comment: keeps its line breaks as `\n`, and can neither end the comment nor hide in it. */
export function commentText(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll("*/", "*\\/")
    .replace(UNPRINTABLE, (character) => (character === "\n" ? character : unicodeEscape(character)))
    .replace(LONE_SURROGATE, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
