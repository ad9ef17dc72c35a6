import { holdsJson, isWellFormed } from "../contract/holds-json.js";

/**
 * A check for a writer that also finds out whether JSON can hold the value as it is. A validator looks at all of it
 * anyway; with doubts, the value has to be looked through.
 */
export class Writing {
  hasDoubts = false;
  /** How many levels there may be inside of what the schema leaves open. */
  readonly spareLevels: number;

  constructor(spareLevels: number) {
    this.spareLevels = spareLevels;
  }
}

/** Whether undeclared members are refused, as for writers; a {@link Writing} refuses them, too. */
export type Closed = boolean | Writing;

/** Looks through a part of a writer's value which its schema leaves open, or lets be any text. */
export function vouch(value: unknown, closed: Closed): void {
  if (typeof closed !== "object") return;
  // Nearly all are texts.
  const isJson = typeof value === "string" ? isWellFormed(value) : holdsJson(value, closed.spareLevels, true);
  if (!isJson) closed.hasDoubts = true;
}
