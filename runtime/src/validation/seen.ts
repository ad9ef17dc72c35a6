import type { Violation } from "../contract/violation.js";
import { fail, pointer } from "./fail.js";
import { members, undeclaredMember } from "./members.js";

/**
 * Which members and items of one value its schema has looked at: what `unevaluatedProperties`, `unevaluatedItems` and
 * the closed form of a composed schema go by. A branch that does not fit counts for nothing, so each gets its own.
 */
export class Seen {
  readonly #names = new Set<string>();
  readonly #items = new Set<number>();
  #allMembers = false;
  /** All items before this index. */
  #itemsBefore = 0;

  addNames(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  addMatches(value: unknown, patterns: readonly RegExp[]): void {
    for (const name in members(value))
      if (patterns.some((pattern) => pattern.test(name))) this.#names.add(name);
  }

  addAllMembers(): void {
    this.#allMembers = true;
  }

  addItem(index: number): void {
    this.#items.add(index);
  }

  addItemsBefore(index: number): void {
    this.#itemsBefore = Math.max(this.#itemsBefore, index);
  }

  addAll(other: Seen): void {
    for (const name of other.#names) this.#names.add(name);
    for (const index of other.#items) this.#items.add(index);
    this.#allMembers ||= other.#allMembers;
    this.#itemsBefore = Math.max(this.#itemsBefore, other.#itemsBefore);
  }

  hasMember(name: string): boolean {
    return this.#allMembers || this.#names.has(name);
  }

  hasItem(index: number): boolean {
    return index < this.#itemsBefore || this.#items.has(index);
  }

  /** Refuses the first member that was not looked at and is not one of `names`. */
  undeclared(path: string, value: unknown, names: readonly string[] = []): Violation | undefined {
    const object = members(value);
    for (const name in object) {
      if (this.hasMember(name) || names.includes(name) || object[name] === undefined) continue;
      return undeclaredMember(path + pointer(name), object[name]);
    }
    return undefined;
  }

  /** Refuses the first item that was not looked at. */
  undeclaredItem(path: string, value: unknown): Violation | undefined {
    if (!Array.isArray(value)) return undefined;
    const index = value.findIndex((_, position) => !this.hasItem(position));
    return index < 0 ? undefined : fail(path + pointer(index), "unevaluatedItems", undefined, value[index]);
  }
}
