import { anyCharacter, type CharSet, complementOf, escapedSet, type Range, unionOf } from "./char-set.js";

/** A regular expression, as far as it matters for how long matching takes. */
export type PatternNode =
  | { readonly kind: "characters"; readonly set: CharSet }
  | { readonly kind: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly items: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly item: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: "start" }
  /** The end of the text, or a boundary of words: takes no character, and may not hold. */
  | { readonly kind: "boundary" }
  /** A look ahead or behind. */
  | { readonly kind: "look"; readonly item: PatternNode }
  | { readonly kind: "backreference" };

/** Parses a pattern of JavaScript; it must be one that `RegExp` takes. */
export function parsePattern(pattern: string): PatternNode {
  return new Parser(pattern).choice();
}

class Parser {
  readonly #characters: readonly string[];
  #index = 0;

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  choice(): PatternNode {
    const items = [this.#sequence()];
    while (this.#take("|")) items.push(this.#sequence());
    const [only] = items;
    return only !== undefined && items.length === 1 ? only : { kind: "choice", items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    for (let next = this.#peek(); next !== "" && next !== "|" && next !== ")"; next = this.#peek()) {
      items.push(this.#quantified(this.#atom()));
    }
    return { kind: "sequence", items };
  }

  #quantified(item: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return item;
    this.#take("?");
    return { kind: "repeat", item, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#take("*")) return { min: 0, max: Infinity };
    if (this.#take("+")) return { min: 1, max: Infinity };
    if (this.#take("?")) return { min: 0, max: 1 };
    const match = /^\{(\d+)(,?)(\d*)\}/.exec(this.#characters.slice(this.#index, this.#index + 40).join(""));
    if (match === null) return undefined;
    const [text, min, comma, max] = match;
    this.#index += text.length;
    const least = Number(min);
    if (comma === "") return { min: least, max: least };
    return { min: least, max: max === "" ? Infinity : Number(max) };
  }

  #atom(): PatternNode {
    const character = this.#next();
    if (character === "^") return { kind: "start" };
    if (character === "$") return { kind: "boundary" };
    if (character === ".") return { kind: "characters", set: anyCharacter };
    if (character === "(") return this.#group();
    if (character === "[") return { kind: "characters", set: this.#characterClass() };
    if (character !== "\\") return { kind: "characters", set: setOf(character) };
    const letter = this.#peek();
    if (letter === "b" || letter === "B") {
      this.#next();
      return { kind: "boundary" };
    }
    if (/[1-9k]/.test(letter)) {
      this.#next();
      if (letter === "k") this.#skipUntil(">");
      return { kind: "backreference" };
    }
    return { kind: "characters", set: this.#escape() };
  }

  #group(): PatternNode {
    let isLook = false;
    if (this.#take("?")) {
      const isBehind = this.#take("<");
      isLook = this.#take("=") || this.#take("!");
      if (isBehind && !isLook) this.#skipUntil(">");
      else if (!isLook) this.#skipUntil(":");
    }
    const item = this.choice();
    this.#next();
    return isLook ? { kind: "look", item } : item;
  }

  #characterClass(): CharSet {
    const isNegated = this.#take("^");
    const ranges: Range[] = [];
    let isKnown = true;
    while (this.#peek() !== "]" && this.#peek() !== "") {
      const start = this.#classAtom();
      const isRange = this.#peek() === "-" && this.#characters[this.#index + 1] !== "]" && start.length === 1;
      if (isRange) this.#next();
      const end = isRange ? this.#classAtom() : start;
      if (start === anyCharacter || end === anyCharacter) isKnown = false;
      ranges.push(...(isRange ? [[start[0]?.[0] ?? 0, end.at(-1)?.[1] ?? 0] as const] : start));
    }
    this.#next();
    if (!isKnown) return anyCharacter;
    return isNegated ? complementOf(unionOf(ranges)) : unionOf(ranges);
  }

  #classAtom(): CharSet {
    const character = this.#next();
    if (character !== "\\") return setOf(character);
    if (this.#take("b")) return setOf("\b");
    return this.#escape();
  }

  /** What follows a backslash. */
  #escape(): CharSet {
    const letter = this.#next();
    const set = escapedSet(letter);
    if (letter === "p" || letter === "P") this.#skipUntil("}");
    if (set !== undefined) return set;
    const code = this.#codePoint(letter);
    return code === undefined ? setOf(controls.get(letter) ?? letter) : [[code, code]];
  }

  #codePoint(letter: string): number | undefined {
    const rest = this.#characters.slice(this.#index, this.#index + 12).join("");
    const forms = { u: /^(?:\{([\da-f]+)\}|([\da-f]{4}))/i, x: /^([\da-f]{2})/i, c: /^([a-z])/i };
    if (letter !== "u" && letter !== "x" && letter !== "c") return undefined;
    const match = forms[letter].exec(rest);
    if (match === null) return undefined;
    this.#index += match[0].length;
    const text = match[1] ?? match[2] ?? "";
    return letter === "c" ? text.charCodeAt(0) % 32 : Number.parseInt(text, 16);
  }

  #peek(): string {
    return this.#characters[this.#index] ?? "";
  }

  #next(): string {
    const character = this.#peek();
    this.#index += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#index += 1;
    return true;
  }

  #skipUntil(character: string): void {
    while (this.#peek() !== "" && !this.#take(character)) this.#index += 1;
  }
}

const controls: ReadonlyMap<string, string> = new Map([
  ["t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["0", "\0"],
]);

function setOf(character: string): CharSet {
  const code = character.codePointAt(0) ?? 0;
  return [[code, code]];
}
