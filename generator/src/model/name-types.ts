import { compareText } from "../load/finding-list.js";
import type { SchemaPlace } from "../load/schema-index.js";
import type { TypeReference } from "./contract.js";
import type { NameClaims } from "./name-claims.js";

/** A type that needs a name, with the names that suit it, the best first. */
export interface UnnamedType {
  readonly key: TypeReference;
  readonly place: SchemaPlace;
  readonly candidates: readonly string[];
}

/**
 * Names types so that the outcome does not depend on their order: a candidate that several want goes to none of
 * them, and each tries its next. Who has none left gets a number, by the order of the keys.
 */
export function nameTypes(
  types: readonly UnnamedType[],
  claims: NameClaims,
): ReadonlyMap<TypeReference, string> {
  const names = new Map<TypeReference, string>();
  const give = ({ key, place: { document, pointer } }: UnnamedType, name: string): void => {
    claims.claim(name, { what: `the type ${name}`, at: document.location(pointer) });
    names.set(key, name);
  };

  let waiting = [...types].sort((one, other) => compareText(one.key, other.key));
  for (let level = 0; waiting.some(({ candidates }) => level < candidates.length); level++) {
    const wanted = countWanted(waiting, level);
    const winners = waiting.flatMap((type) => {
      const name = type.candidates[level];
      return name !== undefined && wanted.get(name.toLowerCase()) === 1 && claims.isFree(name)
        ? [{ type, name }]
        : [];
    });
    for (const { type, name } of winners) give(type, name);
    waiting = waiting.filter(({ key }) => !names.has(key));
  }
  const numbers = new Map<string, number>();
  for (const type of waiting) give(type, numberedName(type.candidates.at(-1) ?? "Payload", numbers, claims));
  return names;
}

function countWanted(types: readonly UnnamedType[], level: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { candidates } of types) {
    const name = candidates[level]?.toLowerCase();
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** `numbers` remembers the last number of each name. */
function numberedName(name: string, numbers: Map<string, number>, claims: NameClaims): string {
  let number = (numbers.get(name) ?? 1) + 1;
  while (!claims.isFree(`${name}${number}`)) number++;
  numbers.set(name, number);
  return `${name}${number}`;
}
