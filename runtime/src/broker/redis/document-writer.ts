import { Buffer } from "node:buffer";
import { encodeStructured } from "../../serializer/structured-json.js";
import type { OutgoingMessage } from "../message.js";
import { AttributesWriter } from "./attributes-writer.js";
import { dataMark, isJson, type Route, routeAttributes } from "./wire-format.js";

const firstSize = 65_536;

/** Longest that a character of JavaScript gets in UTF-8. */
const bytesPerUnit = 3;

/**
 * Writes CloudEvents documents (`application/cloudevents+json`) one behind the other: a batch goes out as one
 * argument, which costs much less than many. Its memory is used again for the next batch.
 */
export class DocumentWriter {
  readonly #attributes = new AttributesWriter();
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
  document(message: OutgoingMessage, route: Route, before?: string): void {
    const { body } = message;
    if (before !== undefined) this.#lengths.push(this.#write(before));
    const start = this.#size;
    const type = message.contentType ?? message.attributes.datacontenttype;
    if (body.length > 0 && !isJson(type)) {
      this.#bytes(encodeStructured(routeAttributes(message.attributes, route), body));
    } else {
      this.#document(this.#attributes.head(message, route), body);
    }
    this.#lengths.push(this.#size - start);
  }

  /** The lengths of what was written, parted by spaces, and a copy of the bytes: they may have to be sent on later. */
  take(): readonly [lengths: string, bytes: Buffer] {
    const taken = [this.#lengths.join(" "), Buffer.from(this.#memory.subarray(0, this.#size))] as const;
    this.#lengths = [];
    this.#size = 0;
    return taken;
  }

  #document(head: string, body: Uint8Array): void {
    if (body.length > 0) {
      this.#write(head + dataMark);
      this.#bytes(body);
      this.#write("}");
    } else this.#write(`${head}}`);
  }

  /** Returns how many bytes it has. */
  #write(text: string): number {
    this.#reserve(text.length * bytesPerUnit);
    const bytes = this.#memory.write(text, this.#size);
    this.#size += bytes;
    return bytes;
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
