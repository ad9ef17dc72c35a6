import type { TypeReference } from "./contract.js";
import type { DeclaredSchema } from "./declared-schemas.js";
import type { PayloadGraph } from "./payload-graph.js";

/** Stands for several modules. */
export const shared: unique symbol = Symbol("shared");

/**
 * The only module that needs each type, directly or through other types; {@link shared} where there are several.
 */
export function findOwners(
  declared: readonly DeclaredSchema[],
  graph: PayloadGraph,
): ReadonlyMap<TypeReference, string | typeof shared> {
  const owners = new Map<TypeReference, string | typeof shared>();
  for (const { module, target } of declared) {
    const waiting = [target];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const owner = owners.get(key);
      if (owner === module || owner === shared) continue;
      // A type that turns out to be shared is entered again, so that all it refers to is shared with it.
      owners.set(key, owner === undefined ? module : shared);
      waiting.push(...graph.get(key).references);
    }
  }
  return owners;
}
