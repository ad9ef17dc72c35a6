import { Buffer } from "node:buffer";
import { encodeStructured } from "../../serializer/structured-json.js";
import type { Attributes, Message } from "../message.js";
import { dataMark, isJson, routeAttributes } from "./wire-format.js";

/** What the place of a message on the server does not say. */
export interface Route {
  readonly address?: string | undefined;
  readonly replyTo?: string | undefined;
}

const firstSize = 65_536;

/** Longest that a character of JavaScript gets in UTF-8. */
const bytesPerUnit = 3;

/**
 * Writes CloudEvents documents (`application/cloudevents+json`) one behind the other: a batch goes out as one
 * argument, which costs much less than many. Its memory is used again for the next batch.
 */
export class DocumentWriter {
  #memory: Buffer = Buffer.allocUnsafe(firstSize);
  #size = 0;
  #lengths: number[] = [];

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Writes a document, behind a text where one is given.
   *
   * @throws PayloadError when the payload cannot be put into bytes; then nothing of it is written
   */
  document({ attributes, body }: Message, route: Route, before?: string): void {
    let start = this.#size;
    if (before !== undefined) {
      this.#write(before);
      this.#lengths.push(this.#size - start);
      start = this.#size;
    }
    const routed = routeAttributes(attributes, route);
    if (body.length > 0 && !isJson(attributes.datacontenttype)) this.#bytes(encodeStructured(routed, body));
    else this.#document(routed, body);
    this.#lengths.push(this.#size - start);
  }

  /** The lengths of what was written, parted by spaces, and a copy of the bytes: they may have to be sent on later. */
  take(): readonly [lengths: string, bytes: Buffer] {
    const taken = [this.#lengths.join(" "), Buffer.from(this.#memory.subarray(0, this.#size))] as const;
    this.#lengths = [];
    this.#size = 0;
    return taken;
  }

  #document(attributes: Attributes, body: Uint8Array): void {
    const head = JSON.stringify(attributes);
    if (body.length === 0) {
      this.#write(head);
      return;
    }
    this.#write(head.slice(0, -1) + dataMark);
    this.#bytes(body);
    this.#write("}");
  }

  #write(text: string): void {
    this.#reserve(text.length * bytesPerUnit);
    this.#size += this.#memory.write(text, this.#size);
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#memory.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  #reserve(size: number): void {
    const needed = this.#size + size;
    if (needed <= this.#memory.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#memory.length * 2));
    this.#memory.copy(larger, 0, 0, this.#size);
    this.#memory = larger;
  }
}
