import { placeText } from "../load/check-unique.js";
import type { FindingList } from "../load/finding-list.js";
import type { SourceLocation } from "./contract.js";
import { isReservedName } from "./reserved-names.js";

/** What a name stands for, for instance `the event "OrderPlaced"`, and where that is declared. */
export interface Claim {
  readonly what: string;
  readonly at: SourceLocation;
}

/** Gives every name of the output once, whatever its case: file systems and readers mix up the rest. */
export class NameClaims {
  readonly #claims = new Map<string, Claim>();
  readonly #findings: FindingList;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  isFree(name: string): boolean {
    return !isReservedName(name) && !this.#claims.has(name.toLowerCase());
  }

  /** Takes a name that must be free; false, and a finding that says what holds the name, when it is not. */
  claim(name: string, claim: Claim): boolean {
    const holder = this.#claims.get(name.toLowerCase());
    if (holder === undefined && !isReservedName(name)) {
      this.#claims.set(name.toLowerCase(), claim);
      return true;
    }
    if (holder !== undefined) {
      const message = `${claim.what} clashes with ${holder.what} at ${placeText(holder.at)}; names must differ by more than case`;
      this.#findings.add(claim.at, "name-clash", message);
    } else {
      const message = `expected a name that TypeScript and the output leave free, got ${JSON.stringify(name)}; add a word to it`;
      this.#findings.add(claim.at, "reserved-name", message);
    }
    return false;
  }

  /** Takes the first candidate that is free; the last one must be. */
  claimFirst(candidates: readonly string[], claim: Claim): string {
    const name = candidates.find((candidate) => this.isFree(candidate)) ?? candidates.at(-1) ?? "";
    this.claim(name, claim);
    return name;
  }
}
