import type { SourceLocation } from "../model/contract.js";
import type { FindingList } from "./finding-list.js";

/** Something of which no two may be the same. */
export interface UniqueItem {
  /** Equal for two items that are the same. */
  readonly identity: string;
  readonly at: SourceLocation;
  /** For the message: `the channel name "orders"`. */
  readonly what: string;
}

/** Reports every item that is the same as an earlier one, with the place of that. Gives the first of each. */
export function checkUnique<Item extends UniqueItem>(
  items: readonly Item[],
  rule: string,
  findings: FindingList,
): readonly Item[] {
  const first = new Map<string, Item>();
  for (const item of items) {
    const earlier = first.get(item.identity);
    if (earlier === undefined) first.set(item.identity, item);
    else findings.add(item.at, rule, `${item.what} clashes with ${earlier.what} at ${placeText(earlier.at)}`);
  }
  return [...first.values()];
}

/** `file:line:column`, for messages that name a second place. */
export function placeText({ file, line, column }: SourceLocation): string {
  return `${file}:${line}:${column}`;
}
