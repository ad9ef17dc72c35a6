import type { Contract } from "../model/contract.js";
import type { EmitContext } from "./emit-context.js";
import { docComment } from "./jsdoc.js";

/** What a contract says of itself, or its payload's schema for it, as a doc comment; empty when neither does. */
export function contractDoc(contract: Contract, context: EmitContext): string {
  return docComment({ description: description(contract, context), deprecated: contract.deprecated });
}

function description(contract: Contract, context: EmitContext): string | undefined {
  if (contract.description !== undefined || contract.payload === undefined) return contract.description;
  const { schema } = context.lookup(contract.payload);
  return typeof schema === "boolean" ? undefined : (schema.description ?? schema.title);
}
