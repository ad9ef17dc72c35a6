/** A set of characters: ranges of code points, both ends included, sorted and apart. */
export type CharSet = readonly Range[];
export type Range = readonly [from: number, to: number];

const last = 0x10ffff;

export const anyCharacter: CharSet = [[0, last]];

/** What the escapes in classes stand for; where only Unicode knows, any character. */
const escapes: { readonly [letter: string]: CharSet } = {
  d: [[0x30, 0x39]],
  w: unionOf([
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ]),
  s: unionOf([
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ]),
};

/** The set of `\d`, `\W` and the like; `undefined` for letters that stand for no set. */
export function escapedSet(letter: string): CharSet | undefined {
  const lower = letter.toLowerCase();
  if (lower === "p") return anyCharacter;
  const set = Object.hasOwn(escapes, lower) ? escapes[lower] : undefined;
  return set === undefined || letter === lower ? set : complementOf(set);
}

export function unionOf(ranges: readonly Range[]): CharSet {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && from <= previous[1] + 1) previous[1] = Math.max(previous[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function complementOf(set: CharSet): CharSet {
  const ranges: Range[] = [];
  let from = 0;
  for (const [start, end] of set) {
    if (start > from) ranges.push([from, start - 1]);
    from = end + 1;
  }
  return from > last ? ranges : [...ranges, [from, last]];
}

/** What is in all of the sets. */
export function intersectionOf(sets: readonly CharSet[]): CharSet {
  return sets.reduce((left, right) => complementOf(unionOf([...complementOf(left), ...complementOf(right)])));
}
