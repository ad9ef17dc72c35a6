import type { PayloadType, TypeReference } from "../model/contract.js";
import { namedType } from "./contract-types.js";
import type { TypeLookup } from "./emit-context.js";
import { renderTypes } from "./emit-types.js";
import type { TypeStatement } from "./source-file.js";

/** The declarations of all named types, each with the imports that its text needs. */
export async function declareTypes(
  types: readonly PayloadType[],
  lookup: TypeLookup,
): Promise<ReadonlyMap<TypeReference, TypeStatement>> {
  const declarations = new Map<TypeReference, TypeStatement>();
  for (const [key, { text, references }] of await renderTypes(types, lookup)) {
    const imports = references.flatMap((reference) => namedType(lookup(reference)).imports);
    declarations.set(key, { kind: "type", name: lookup(key).name, text, imports });
  }
  return declarations;
}
