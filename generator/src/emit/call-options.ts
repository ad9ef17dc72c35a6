import type { Channel, InnerSchema } from "../model/contract.js";
import { namedType, type TypeUse } from "./contract-types.js";
import type { EmitContext } from "./emit-context.js";
import type { RuntimeName } from "./runtime-imports.js";
import { fromRuntime } from "./source-file.js";

/** The last parameter of a publisher's method. */
export interface CallOptions {
  readonly type: TypeUse;
  /** False when the channel declares a header that must be there. */
  readonly optional: boolean;
}

/** The runtime's own options, with the headers that the channel declares. */
export function callOptions(name: RuntimeName, channel: Channel, context: EmitContext): CallOptions {
  const common = fromRuntime(name);
  if (channel.headers === undefined) return { type: { text: name, imports: [common] }, optional: true };
  const declared = context.lookup(channel.headers);
  const headers = namedType(declared);
  const optional = !requiresMember(declared.schema);
  const text = `${name} & { readonly headers${optional ? "?" : ""}: ${headers.text} }`;
  return { type: { text, imports: [common, ...headers.imports] }, optional };
}

function requiresMember(schema: InnerSchema): boolean {
  return typeof schema === "object" && schema.required !== undefined && schema.required.length > 0;
}
