import { envelopeOf, type Message } from "../broker/message.js";
import type { Envelope } from "../envelope.js";
import { checkReceivedHeaders, noHeaders } from "../headers.js";
import type { ResolvedOptions } from "../options.js";
import { assertPayload } from "./assert-payload.js";
import type { PayloadContract } from "./contract.js";

/** The envelope in a message's bytes, checked as the options say. @throws PayloadError */
export function readMessage(
  contract: PayloadContract<unknown, unknown>,
  { attributes, body }: Message,
  { validate, serializer = contract.serializer }: ResolvedOptions,
): Envelope {
  const { name, channel, validator } = contract;
  const payload = serializer.deserialize(name, body, channel.limits);
  if (validate) assertPayload(name, validator, payload, "receive");
  const envelope = envelopeOf(attributes, payload);
  const { headers } = envelope;
  const declared = validate ? channel.headers : undefined;
  if (headers === noHeaders && declared === undefined) return envelope;
  const what = `headers of ${name}`;
  assertPayload(what, () => checkReceivedHeaders(headers), headers, "receive");
  if (declared !== undefined) assertPayload(what, declared, headers, "receive");
  return envelope;
}
