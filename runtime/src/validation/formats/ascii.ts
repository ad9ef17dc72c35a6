/**
 * Which characters of ASCII are of a kind, one byte each. Looked up, not compared: which of several ranges the next
 * character of a text is in cannot be predicted, and a wrong guess costs the processor more than several characters do.
 */
export type CharTable = Uint8Array;

/** The table of some characters. */
export function charTable(characters: string): CharTable {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/** Whether all characters from `start` up to `end` are in a table. */
export function isAllOf(text: string, start: number, end: number, table: CharTable): boolean {
  for (let index = start; index < end; index += 1) if (table[text.charCodeAt(index)] !== 1) return false;
  return true;
}

export const digits = "0123456789";
export const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
