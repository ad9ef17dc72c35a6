import { type Finding, FindingsError } from "../errors.js";
import type { SourceLocation } from "../model/contract.js";

/** Gathers what is wrong with the input, so that one run reports all of it. The same finding counts once. */
export class FindingList {
  readonly #findings = new Map<string, Finding>();

  add(at: SourceLocation, rule: string, message: string): void {
    this.#findings.set(JSON.stringify([at, rule, message]), { at, rule, message });
  }

  /** In order of file and position. */
  get all(): readonly Finding[] {
    return [...this.#findings.values()].sort(byPlace);
  }

  /** @throws FindingsError with all findings, in order of file and position, when there are any. */
  throwIfAny(): void {
    if (this.#findings.size > 0) throw new FindingsError(this.all);
  }
}

function byPlace(one: Finding, other: Finding): number {
  return (
    compareText(one.at.file, other.at.file) ||
    one.at.line - other.at.line ||
    one.at.column - other.at.column ||
    compareText(one.at.pointer, other.at.pointer) ||
    compareText(one.message, other.message)
  );
}

/** Order by code unit, the same on every machine. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
