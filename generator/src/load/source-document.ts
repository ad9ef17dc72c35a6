import { appendPointer, memberOf, parsePointer, valueAt } from "../json-pointer.js";
import type { JsonValue, SourceLocation } from "../model/contract.js";
import type { ParsedJson, Places } from "./parse-json.js";

/** The place of an offset in a text; lines and columns count from 1, columns in UTF-16 units as editors do. */
export function locate(file: string, text: string, offset: number, pointer: string): SourceLocation {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, pointer };
}

/** One JSON file, parsed. */
export class SourceDocument {
  /** As in `SourceLocation`. */
  readonly file: string;
  /** Absolute, links resolved. */
  readonly path: string;
  readonly value: JsonValue;
  readonly #text: string;
  readonly #places: Places;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, path: string, text: string, parsed: ParsedJson) {
    this.file = file;
    this.path = path;
    this.value = parsed.value;
    this.#text = text;
    this.#places = parsed.places;
  }

  /** The value that a JSON Pointer leads to; undefined where there is none. */
  at(pointer: string): JsonValue | undefined {
    return valueAt(this.value, pointer);
  }

  /**
   * Where a value stands: a member at its name, an item at its first character. A pointer that leads nowhere gives
   * the last value on its way.
   */
  location(pointer: string): SourceLocation {
    let value: JsonValue | undefined = this.value;
    let offset = this.#text.search(/\S|$/);
    let reached = "";
    for (const name of parsePointer(pointer) ?? []) {
      const place: number | undefined =
        typeof value === "object" && value !== null ? this.#places.get(value)?.get(name) : undefined;
      if (place === undefined) break;
      offset = place;
      value = memberOf(value, name);
      reached = appendPointer(reached, name);
    }
    return { file: this.file, ...this.#lineAndColumn(offset), pointer: reached };
  }

  #lineAndColumn(offset: number): { readonly line: number; readonly column: number } {
    this.#lineStarts ??= [
      0,
      ...Array.from(this.#text.matchAll(/\r\n|\n|\r/g), (end) => end.index + end[0].length),
    ];
    const line = lastAtMost(this.#lineStarts, offset);
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }
}

/** The index of the last number that is at most `limit`, in ascending numbers that begin with one. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
