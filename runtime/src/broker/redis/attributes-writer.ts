import type { Envelope } from "../../envelope.js";
import type { OutgoingMessage } from "../message.js";
import { addressAttribute, type Route, replyToAttribute, routeAttributes } from "./wire-format.js";

/**
 * Writes the attributes of messages as JSON. Those that are the same from one message to the next come first, and are
 * written once: a reader, too, can know them by heart.
 */
export class AttributesWriter {
  #source: string | undefined;
  #type: string | undefined;
  #contentType: string | undefined;
  #constants = "";
  /** The same for all of a millisecond. */
  #time: string | undefined;
  #timeMember = "";

  /** All of a JSON object but its last brace. */
  head(message: OutgoingMessage, route: Route): string {
    const { envelope, contentType } = message;
    if (envelope !== undefined) return this.#headOf(envelope, contentType, route);
    return JSON.stringify(routeAttributes(message.attributes, route)).slice(0, -1);
  }

  #headOf(envelope: Envelope, contentType: string | undefined, { address, replyTo }: Route): string {
    const { subject, dataschema, headers } = envelope;
    let head = this.#constantsOf(envelope, envelope.payload === undefined ? undefined : contentType);
    head += `,"id":${JSON.stringify(envelope.id)}${this.#timeOf(envelope)}`;
    if (subject !== undefined) head += `,"subject":${JSON.stringify(subject)}`;
    if (dataschema !== undefined) head += `,"dataschema":${JSON.stringify(dataschema)}`;
    for (const name of Object.keys(headers)) {
      const value = headers[name];
      if (value !== undefined) head += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
    }
    if (address !== undefined) head += `,"${addressAttribute}":${JSON.stringify(address)}`;
    if (replyTo !== undefined) head += `,"${replyToAttribute}":${JSON.stringify(replyTo)}`;
    return head;
  }

  #timeOf({ time }: Envelope): string {
    if (time !== this.#time) [this.#time, this.#timeMember] = [time, `,"time":${JSON.stringify(time)}`];
    return this.#timeMember;
  }

  #constantsOf({ source, type }: Envelope, contentType: string | undefined): string {
    if (source !== this.#source || type !== this.#type || contentType !== this.#contentType) {
      const constants = { specversion: "1.0", source, type, datacontenttype: contentType };
      this.#constants = JSON.stringify(constants).slice(0, -1);
      [this.#source, this.#type, this.#contentType] = [source, type, contentType];
    }
    return this.#constants;
  }
}
