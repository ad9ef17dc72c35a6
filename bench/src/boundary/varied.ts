/** How many texts are made of one: more than the processor's branch predictor learns by heart. */
export const variants = 16;

/**
 * JSON texts of one length that differ where events of one kind do: in identifiers, numbers and names. A check that
 * sees the same text over and over is faster than any that sees real events.
 */
export function varied(text: string): readonly string[] {
  return Array.from({ length: variants }, (_, seed) => {
    const random = makeRandom(seed + 1);
    const pick = (characters: string): string => characters.charAt(Math.floor(random() * characters.length));
    return text
      .replace(uuids, (uuid) => uuid.replace(free, () => pick("0123456789abcdef")))
      .replace(numbers, (number) => number.replace(/\d/g, () => pick("123456789")))
      .replace(names, (name) => name.replace(/[A-Za-z]/g, () => pick("abcdefghijklmnopqrstuvwxyz")));
  });
}

const uuids = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
/** All digits but those of the version and the variant. */
const free = /(?<!^.{14})(?<!^.{19})[\da-f]/g;
const numbers = /(?<=":)\d{4,}(?=[,}])/g;
/** Of people and repositories, also inside of addresses. */
const names = /octocat|Codertocat|Hello-World|ada\.lovelace|Ada Lovelace/g;

/** Numbers from 0 to 1, the same for each run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
