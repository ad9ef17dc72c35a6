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

  /** Takes a name that must be free. A finding when it is not: it says what holds the name. */
  claim(name: string, claim: Claim): void {
    const holder = this.#claims.get(name.toLowerCase());
    if (holder !== undefined) {
      const { file, line, column } = holder.at;
      const message = `${claim.what} is in the way of ${holder.what} at ${file}:${line}:${column}: both need the name ${name}, whatever its case`;
      this.#findings.add(claim.at, "name-clash", message);
    } else if (isReservedName(name)) {
      const message = `expected a name that TypeScript and the output leave free, got ${JSON.stringify(name)}`;
      this.#findings.add(claim.at, "reserved-name", message);
    } else {
      this.#claims.set(name.toLowerCase(), claim);
    }
  }

  /** Takes the first candidate that is free; the last one must be. */
  claimFirst(candidates: readonly string[], claim: Claim): string {
    const name = candidates.find((candidate) => this.isFree(candidate)) ?? candidates.at(-1) ?? "";
    this.claim(name, claim);
    return name;
  }
}
