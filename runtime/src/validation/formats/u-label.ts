/**
 * Labels of internationalised domain names: what RFC 5892 allows in them, by the Unicode properties that the engine
 * knows, and RFC 5893 on the two reading directions.
 */

/** RFC 5892, section 2.6: allowed whatever their properties say. */
const exceptions = /[\u{df}\u{3c2}\u{6fd}\u{6fe}\u{f0b}\u{3007}]/u;

/** RFC 5892, sections 2.1 and 2.2 to 2.9: letters, digits and marks that are stable under folding. */
const letterOrDigit = /[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}-]/u;
const disallowed =
  /[\u{640}\u{7fa}\u{1100}-\u{11ff}\u{3031}-\u{3035}\u{303b}\u{a960}-\u{a97f}\u{d7b0}-\u{d7ff}\u{1d100}-\u{1d24f}]|[\u{20d0}-\u{20ff}]|[\u{302e}\u{302f}]|[\p{Changes_When_NFKC_Casefolded}\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Noncharacter_Code_Point}]/u;

/** Characters that only some neighbours make valid, each with its rule (RFC 5892, appendix A). */
const contextual: ReadonlyMap<string, (label: string, index: number) => boolean> = new Map([
  ["\u00b7", (label, index) => label[index - 1] === "l" && label[index + 1] === "l"],
  ["\u0375", (label, index) => /^\p{Script=Greek}/u.test(label.slice(index + 1))],
  ["\u05f3", (label, index) => /\p{Script=Hebrew}$/u.test(label.slice(0, index))],
  ["\u05f4", (label, index) => /\p{Script=Hebrew}$/u.test(label.slice(0, index))],
  ["\u30fb", (label) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(label)],
  ["\u200c", (label, index) => followsVirama(label, index) || joins(label, index)],
  ["\u200d", followsVirama],
]);

const arabicDigit = /[\u0660-\u0669]/;
const extendedArabicDigit = /[\u06f0-\u06f9]/;

/** Whether a label may be one of a domain name (RFC 5891, section 4.2), reading directions aside. */
export function isULabel(label: string): boolean {
  if (/^[\0-\x7f]*$/.test(label) || label.startsWith("-") || label.endsWith("-")) return false;
  if (label.slice(2, 4) === "--" || /^\p{M}/u.test(label) || label.normalize("NFC") !== label) return false;
  if (arabicDigit.test(label) && extendedArabicDigit.test(label)) return false;
  let index = 0;
  for (const character of label) {
    const rule = contextual.get(character);
    if (rule === undefined ? !isAllowed(character) : !rule(label, index)) return false;
    index += character.length;
  }
  return true;
}

function isAllowed(character: string): boolean {
  return exceptions.test(character) || (letterOrDigit.test(character) && !disallowed.test(character));
}

const virama =
  /[\u{94d}\u{9cd}\u{a4d}\u{acd}\u{b4d}\u{bcd}\u{c4d}\u{ccd}\u{d3b}\u{d3c}\u{d4d}\u{dca}\u{e3a}\u{eba}\u{f84}\u{1039}\u{103a}\u{1714}\u{1715}\u{1734}\u{17d2}\u{1a60}\u{1b44}\u{1baa}\u{1bab}\u{1bf2}\u{1bf3}\u{2d7f}\u{a806}\u{a82c}\u{a8c4}\u{a953}\u{a9c0}\u{aaf6}\u{abed}\u{10a3f}\u{11046}\u{1107f}\u{110b9}\u{11133}\u{11134}\u{111c0}\u{11235}\u{112ea}\u{1134d}\u{11442}\u{114c2}\u{115bf}\u{1163f}\u{116b6}\u{1172b}\u{11839}\u{1193d}\u{1193e}\u{119e0}\u{11a34}\u{11a47}\u{11a99}\u{11c3f}\u{11d44}\u{11d45}\u{11d97}]$/u;

function followsVirama(label: string, index: number): boolean {
  return virama.test(label.slice(0, index));
}

/** Arabic letters that join on the right side only: nothing after them joins. */
const rightJoining =
  /[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]\p{Mn}*$/u;

/** Whether the letters on both sides would join: known for Arabic; the other joining scripts are not told apart. */
function joins(label: string, index: number): boolean {
  const before = label.slice(0, index);
  const after = label.slice(index + 1);
  return (
    /\p{Script=Arabic}\p{Mn}*$/u.test(before) &&
    !rightJoining.test(before) &&
    /^\p{Mn}*\p{Script=Arabic}/u.test(after)
  );
}

const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}]/u;

/** RFC 5893, section 2: a name with one label from right to left must keep all its labels in order. */
export function isBidiName(labels: readonly string[]): boolean {
  return !labels.some(isRightToLeft) || labels.every(isBidiLabel);
}

function isRightToLeft(label: string): boolean {
  return Array.from(label).some(
    (character) => rightToLeft.test(character) && !extendedArabicDigit.test(character),
  );
}

function isBidiLabel(label: string): boolean {
  const first = label.slice(0, 2);
  if (/^[\p{Nd}\p{Mn}-]/u.test(first) || !/[\p{L}\p{Nd}\p{So}\p{Sm}]\p{Mn}*$/u.test(label)) return false;
  if (!isRightToLeft(label)) return true;
  const letters = Array.from(label).filter((character) => /\p{L}/u.test(character));
  if (!letters.every((character) => rightToLeft.test(character))) return false;
  return !(arabicDigit.test(label) && /[\d\u06f0-\u06f9]/.test(label));
}
