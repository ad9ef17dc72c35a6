import { charTable, digits, isAllOf } from "./ascii.js";

const hex = charTable(`${digits}abcdefABCDEF`);
const dash = 0x2d;

/** RFC 4122, of any version and variant; not as a URN. */
export function isUuid(text: string): boolean {
  return (
    text.length === 36 &&
    text.charCodeAt(8) === dash &&
    text.charCodeAt(13) === dash &&
    text.charCodeAt(18) === dash &&
    text.charCodeAt(23) === dash &&
    isAllOf(text, 0, 8, hex) &&
    isAllOf(text, 9, 13, hex) &&
    isAllOf(text, 14, 18, hex) &&
    isAllOf(text, 19, 23, hex) &&
    isAllOf(text, 24, 36, hex)
  );
}
