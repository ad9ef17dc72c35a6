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

  read({ document }: StreamEntry): Message {
    return this.#documents.read(document, this.#place);
  }

  /** Whether the listener takes a message. What is no event it does: it says so then, whatever it takes. */
  wants({ type, address }: Message): boolean {
    if (type === "") return true;
    return (
      this.#options.wants(type) && (!this.#checksAddress || matchesPattern(this.#options.address, address))
    );
  }
}
