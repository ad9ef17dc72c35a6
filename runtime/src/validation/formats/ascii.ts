/**
 * The kinds of the characters of ASCII, counted from 1; 0 for others. Looked up, not compared: which of several ranges
 * the next character of a text is in cannot be predicted, and a wrong guess costs the processor more than several
 * characters do.
 */
export type CharTable = Uint8Array;

/** The table of some kinds of characters. */
export function charTable(...kinds: readonly string[]): CharTable {
  const table = new Uint8Array(128);
  kinds.forEach((characters, index) => {
    for (const character of characters) table[character.charCodeAt(0)] = index + 1;
  });
  return table;
}

export const digits = "0123456789";
export const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
