const encoder = new TextEncoder();

/** Room for many short texts: a piece of it costs a fraction of memory of its own. */
const chunkBytes = 16_384;
const longestText = 1_024;

/** Longest that a character of JavaScript gets in UTF-8. */
const bytesPerUnit = 3;

let chunk = new Uint8Array(0);
let used = 0;

/** A text as UTF-8. Short ones share their memory with others, as Node's buffers do; nobody else writes to a piece. */
export function encodeText(text: string): Uint8Array {
  if (text.length > longestText) return encoder.encode(text);
  const most = text.length * bytesPerUnit;
  if (used + most > chunk.length) {
    chunk = new Uint8Array(chunkBytes);
    used = 0;
  }
  const begin = used;
  used += encoder.encodeInto(text, chunk.subarray(begin, begin + most)).written;
  return chunk.subarray(begin, used);
}
