/** Up to this length a call out of JavaScript costs more than the characters one by one. */
const shortText = 64;

/** Writes a text as UTF-8, where there is room for it, and returns how many bytes it has. */
export function writeText(bytes: Buffer, text: string, offset: number): number {
  const { length } = text;
  if (length > shortText) return bytes.write(text, offset);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return bytes.write(text, offset);
    bytes[offset + index] = code;
  }
  return length;
}
