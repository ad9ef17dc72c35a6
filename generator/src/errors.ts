import type { SourceLocation } from "./model/contract.js";

/** One thing wrong with the input, at one place, with the way out where there is one. */
export interface Finding {
  readonly at: SourceLocation;
  /** Stable name of the rule that was broken, in kebab-case. */
  readonly rule: string;
  /** One sentence, lower case, no full stop: what is wrong; expected and got. */
  readonly message: string;
}

/** The input has findings: nothing was written. Holds all of them, in order of file and position. */
export class FindingsError extends Error {
  override readonly name = "FindingsError";
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map(formatFinding).join("\n"));
    this.findings = findings;
  }
}

/** `schemas/orders/order-placed.schema.json:12:5 /properties/total: expected a schema, got "int" [rule]` */
export function formatFinding({ at, rule, message }: Finding): string {
  const pointer = at.pointer === "" ? "" : ` ${at.pointer}`;
  return `${at.file}:${at.line}:${at.column}${pointer}: ${message} [${rule}]`;
}

/** A finding as JSON output shows it: the members of its place beside its own. */
export function flatFinding({ at, rule, message }: Finding): SourceLocation & Omit<Finding, "at"> {
  return { ...at, rule, message };
}

/** The command was called wrongly, or its output folder cannot be used: nothing was written. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
