import { envelopeOf, type Message } from "../broker/message.js";
import { assertPayload } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { HandlingError, PayloadError } from "../errors.js";
import { checkReceivedHeaders, noHeaders } from "../headers.js";
import type { ResolvedOptions } from "../options.js";
import type { ContractRegistry } from "../registry.js";
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
  listener: ResolvedListener,
  registry: ContractRegistry,
  options: ResolvedOptions,
): Decoded {
  if (message.type === "") {
    const details = { contract: "event", direction: "receive" } as const;
    throw new PayloadError(
      "PAYLOAD_MALFORMED",
      "cannot read event: expected a CloudEvent 1.0, got none",
      details,
    );
  }
  const contract = registry.find(message.type);
  const handler = contract === undefined ? undefined : listener.handlers.get(contract);
  if (contract === undefined || handler === undefined) {
    throw new HandlingError("EVENT_UNKNOWN", "cannot handle event: its type is none that the bus knows");
  }
  const { serializer = contract.serializer } = options;
  const payload = serializer.deserialize(contract.name, message.body, contract.channel.limits);
  if (options.validate) assertPayload(contract.name, contract.validator, payload, "receive");
  const envelope = envelopeOf(message.attributes, payload);
  const { headers } = envelope;
  const declared = options.validate ? contract.channel.headers : undefined;
  if (headers === noHeaders && declared === undefined) return { handler, envelope };
  const what = `headers of ${contract.name}`;
  assertPayload(what, () => checkReceivedHeaders(headers), headers, "receive");
  if (declared !== undefined) assertPayload(what, declared, headers, "receive");
  return { handler, envelope };
}
