import { compareText } from "../load/finding-list.js";
import type { InnerSchema, PayloadType, TypeReference } from "./contract.js";
import type { DeclaredSchema } from "./declared-schemas.js";
import { findOwners, shared } from "./find-owners.js";
import type { NameClaims } from "./name-claims.js";
import { nameTypes } from "./name-types.js";
import { moduleIn, ownNames, sharedFolder } from "./names.js";
import type { PayloadGraph } from "./payload-graph.js";

export interface PlacedTypes {
  /** Sorted by module, then name. */
  readonly types: readonly PayloadType[];
  /** The type that stands for a schema of a channel file, by the key of that schema. */
  readonly typeOf: ReadonlyMap<TypeReference, TypeReference>;
}

/** A type that belongs to a contract or a channel. */
interface Home {
  readonly module: string;
  readonly name: string | undefined;
  readonly candidates: readonly string[];
  readonly schema: InnerSchema;
  readonly references: readonly TypeReference[];
}

/**
 * Gives each type its one place: a payload that only one contract knows, or that is called like it, is that contract's
 * own type; what only one contract reaches lives in its module; all else is shared, one module a type. Types are never
 * copied: of any other payload the contract gets an alias.
 */
export function placeTypes(
  declared: readonly DeclaredSchema[],
  graph: PayloadGraph,
  claims: NameClaims,
): PlacedTypes {
  const owners = findOwners(declared, graph);
  const { homes, typeOf } = findHomes(declared, owners, graph);
  const partsOf = (key: TypeReference): Pick<Home, "schema" | "references"> =>
    homes.get(key) ?? graph.get(key);
  const keys = reachable(typeOf.values(), (key) => partsOf(key).references);
  const unnamed = keys.filter((key) => homes.get(key)?.name === undefined);
  const names = nameTypes(
    unnamed.map((key) => {
      const { place } = graph.get(key);
      return {
        key,
        place,
        candidates: homes.get(key)?.candidates ?? ownNames(place.document.file, place.pointer),
      };
    }),
    claims,
  );
  const types = keys.map((key): PayloadType => {
    const { document, pointer } = graph.get(key).place;
    const name = homes.get(key)?.name ?? names.get(key) ?? "";
    const owner = owners.get(key) ?? shared;
    const module = homes.get(key)?.module ?? (owner === shared ? moduleIn(sharedFolder, name) : owner);
    const { schema, references } = partsOf(key);
    return { key, name, module, schema, references, source: document.location(pointer) };
  });
  types.sort((one, other) => compareText(one.module, other.module) || compareText(one.name, other.name));
  return { types, typeOf };
}

function findHomes(
  declared: readonly DeclaredSchema[],
  owners: ReturnType<typeof findOwners>,
  graph: PayloadGraph,
): {
  readonly homes: ReadonlyMap<TypeReference, Home>;
  readonly typeOf: ReadonlyMap<TypeReference, TypeReference>;
} {
  const homes = new Map<TypeReference, Home>();
  const typeOf = new Map<TypeReference, TypeReference>();
  const inline = new Set(declared.filter(({ key, target }) => key === target).map(({ key }) => key));

  for (const { key, target, module, contract: name, candidates } of declared) {
    const { schema, references, place } = graph.get(target);
    const isKnownToOthers = owners.get(target) !== module;
    const isNamedAlike = ownNames(place.document.file, place.pointer)[0] === name;
    const isOwn = !inline.has(target) && (isNamedAlike || !isKnownToOthers);
    if (key === target || (name !== undefined && isOwn)) {
      homes.set(target, { module, name, candidates, schema, references });
      typeOf.set(key, target);
    } else if (name !== undefined) {
      homes.set(key, { module, name, candidates, schema: { $ref: target }, references: [target] });
      typeOf.set(key, key);
    } else {
      typeOf.set(key, target);
    }
  }
  return { homes, typeOf };
}

function reachable(
  from: Iterable<TypeReference>,
  referencesOf: (key: TypeReference) => readonly TypeReference[],
): readonly TypeReference[] {
  const reached = new Set<TypeReference>();
  const waiting = [...from];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    waiting.push(...referencesOf(key));
  }
  return [...reached];
}
