import { Buffer } from "node:buffer";

/** How many hash slots a cluster has. */
const slotCount = 16_384;

/** The hash slot of a key: of the text in its first braces, where it has any. */
export function slotOf(key: string): number {
  const open = key.indexOf("{");
  const close = key.indexOf("}", open + 1);
  const tagged = open !== -1 && close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0; // CRC-16/XMODEM
  for (const byte of Buffer.from(tagged)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return (crc & 0xffff) % slotCount;
}
