import { bytesPerUnit } from "./limits.js";

const encoder = new TextEncoder();

/** Room for many short texts: a piece of it costs a fraction of memory of its own. */
const chunkBytes = 16_384;
const longestShort = 1_024;

/** Longest text that is written into the draft first: memory whose size must be guessed costs more than a copy. */
const draftBytes = 65_536;

let chunk = new ArrayBuffer(0);
let used = 0;
let draft: Uint8Array | undefined;

/** A text as UTF-8. Short ones share their memory with others, as Node's buffers do; nobody else writes to a piece. */
export function encodeText(text: string): Uint8Array {
  if (text.length > longestShort) return encodeLong(text);
  const most = text.length * bytesPerUnit;
  if (used + most > chunk.byteLength) {
    chunk = new ArrayBuffer(chunkBytes);
    used = 0;
  }
  // Views made directly: `subarray` first asks which class to make, and takes twice as long.
  const { written } = encoder.encodeInto(text, new Uint8Array(chunk, used, most));
  const piece = new Uint8Array(chunk, used, written);
  used += written;
  return piece;
}

function encodeLong(text: string): Uint8Array {
  if (text.length > draftBytes) return encoder.encode(text);
  draft ??= new Uint8Array(draftBytes);
  const { read, written } = encoder.encodeInto(text, draft);
  return read === text.length ? draft.slice(0, written) : encoder.encode(text);
}
