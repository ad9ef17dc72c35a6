import { expect, test } from "vitest";
import { encodeText } from "../../runtime/src/contract/encode-text.js";

const lengths = [0, 1, 1_023, 1_024, 1_025, 21_846, 65_535, 65_536, 65_537];

test.for(["a", "é", "例", "😀"])("encode text: any length of %o as the platform does", (character) => {
  for (const length of lengths) {
    const text = character.repeat(length / character.length);
    const bytes = encodeText(text);
    expect(bytes.length, `${length} units`).toBe(Buffer.byteLength(text));
    expect(Buffer.from(bytes).toString() === text, `${length} units`).toBe(true);
  }
});

test("encode text: what was given stays as it is, whatever is encoded later", () => {
  const texts = lengths.map((length) => "x".repeat(length));
  const kept = texts.map((text) => encodeText(text));
  for (const length of lengths) for (let again = 0; again < 20; again++) encodeText("y".repeat(length));
  expect(kept.map((bytes, index) => Buffer.from(bytes).toString() === texts[index])).toEqual(
    lengths.map(() => true),
  );
});
