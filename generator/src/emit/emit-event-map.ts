import type { Channel } from "../model/contract.js";
import { contractTypes } from "./contract-types.js";
import { type EmitContext, eventsOf } from "./emit-context.js";
import { docComment } from "./jsdoc.js";
import type { TypeStatement } from "./source-file.js";

/** `export interface OrdersEvents { readonly OrderPlaced: OrderPlaced; }` */
export function eventMap(channel: Channel, context: EmitContext): TypeStatement {
  const events = eventsOf(channel).map((event) => ({
    name: event.name,
    payload: contractTypes(event, channel, context).payload,
  }));
  const members = events.map(({ name, payload }) => `  readonly ${name}: ${payload.text};\n`).join("");
  const name = channel.names.eventMap;
  const doc = docComment({ description: `The events of channel ${channel.name} by name.` });
  return {
    kind: "type",
    name,
    text: `${doc}export interface ${name} {\n${members}}\n`,
    imports: events.flatMap(({ payload }) => payload.imports),
  };
}
