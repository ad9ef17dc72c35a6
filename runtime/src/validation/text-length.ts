/** Whether a text has more than `limit` characters, counted as JSON Schema does: by code points. */
export function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > 2 * limit || countCodePoints(text) > limit;
}

/** Whether a text has fewer than `limit` characters, counted by code points. */
export function isShorter(text: string, limit: number): boolean {
  if (text.length < limit) return true;
  return text.length < 2 * limit && countCodePoints(text) < limit;
}

function countCodePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const isHigh = (text.charCodeAt(index) & 0xfc00) === 0xd800;
    if (isHigh && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) index += 1;
    count += 1;
  }
  return count;
}
