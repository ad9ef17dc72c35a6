import { isPattern, matchesPattern } from "../../address.js";
import type { SubscribeOptions } from "../broker.js";
import type { Message } from "../message.js";
import { DocumentReader, type Place } from "./document-reader.js";
import type { StreamEntry } from "./stream-entry.js";

/** Reads the entries of a stream as messages of one listener. */
export class EntryMessages {
  readonly #options: SubscribeOptions;
  /** What an entry's document does not say. */
  readonly #place: Place;
  /** A stream holds all addresses of its channel. */
  readonly #checksAddress: boolean;
  readonly #documents = new DocumentReader();

  constructor(options: SubscribeOptions) {
    const { address, channel, channelAddress = address, durable, kind } = options;
    this.#options = options;
    this.#place = { address: channelAddress, channel, durable, kind };
    this.#checksAddress = isPattern(address) || address !== options.channelAddress;
  }

  /** Nothing for a message that the listener does not take. */
  read({ document }: StreamEntry): Message | undefined {
    const { address, wants } = this.#options;
    const message = this.#documents.read(document, this.#place);
    if (message.type === "") return message; // no event: the listener says so, whatever it takes
    if (!wants(message.type)) return undefined;
    return this.#checksAddress && !matchesPattern(address, message.address) ? undefined : message;
  }
}
