import type { Message } from "../broker/message.js";
import type { BusParts } from "../bus-parts.js";
import type { Envelope } from "../envelope.js";
import { HandlingError, PayloadError } from "../errors.js";
import type { BoundHandler, ResolvedListener } from "./registration.js";

export interface Decoded {
  readonly handler: BoundHandler;
  readonly envelope: Envelope;
}

/**
 * What a message's bytes hold for a listener.
 *
 * @throws PayloadError also for what is no event, of which the broker could not read the type
 * @throws HandlingError `EVENT_UNKNOWN`
 */
export function decodeMessage(
  message: Message,
  { handlers }: ResolvedListener,
  { registry, options }: BusParts,
): Decoded {
  if (message.type === "") {
    throw new PayloadError("PAYLOAD_MALFORMED", "cannot read event: expected a CloudEvent 1.0, got none", {
      contract: "event",
      direction: "receive",
    });
  }
  const contract = registry.find(message.type);
  const handler = contract === undefined ? undefined : handlers.get(contract);
  if (contract === undefined || handler === undefined) {
    throw new HandlingError("EVENT_UNKNOWN", "cannot handle event: its type is none that the bus knows");
  }
  return { handler, envelope: contract.read(message, options) };
}
