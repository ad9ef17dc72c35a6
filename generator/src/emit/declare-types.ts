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
  const texts = await renderTypes(types, lookup);
  const declarations = new Map<TypeReference, TypeStatement>();
  for (const [key, text] of texts) declarations.set(key, declaration(lookup(key), text, lookup));
  return declarations;
}

function declaration(type: PayloadType, text: string, lookup: TypeLookup): TypeStatement {
  const names = mentionedNames(text);
  // A reference below `not` or a condition does not show in the type: importing it would be an unused import.
  const used = type.references.map(lookup).filter(({ name }) => names.has(name));
  return { kind: "type", name: type.name, text, imports: used.flatMap((other) => namedType(other).imports) };
}

/** Every identifier in a declaration that is neither in a comment or literal nor the name of a member. */
function mentionedNames(text: string): ReadonlySet<string> {
  const code = text.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"/g, "");
  return new Set(code.match(/[A-Za-z_$][\w$]*(?![\w$]|\??:)/g));
}
