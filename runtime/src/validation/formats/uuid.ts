import { charTable, digits } from "./ascii.js";

const hyphen = 0x2d;
const isHexadecimal = charTable(`${digits}abcdefABCDEF`);

/** RFC 4122, of any version and variant; not as a URN. */
export function isUuid(text: string): boolean {
  if (text.length !== 36 || text.charCodeAt(8) !== hyphen || text.charCodeAt(13) !== hyphen) return false;
  if (text.charCodeAt(18) !== hyphen || text.charCodeAt(23) !== hyphen) return false;
  // Written out, as a loop over the places takes half as long again.
  const start = fourDigits(text, 0) & fourDigits(text, 4) & fourDigits(text, 9) & fourDigits(text, 14);
  return (
    (start & fourDigits(text, 19) & fourDigits(text, 24) & fourDigits(text, 28) & fourDigits(text, 32)) === 1
  );
}

/** 1 for four hexadecimal digits from there on, else 0. */
function fourDigits(text: string, index: number): number {
  return digit(text, index) & digit(text, index + 1) & digit(text, index + 2) & digit(text, index + 3);
}

function digit(text: string, index: number): number {
  return isHexadecimal[text.charCodeAt(index)] ?? 0;
}
