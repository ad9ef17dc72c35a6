import { Buffer } from "node:buffer";
import { encodeStructured } from "../../serializer/structured-json.js";
import type { OutgoingMessage } from "../message.js";
import { AttributesWriter } from "./attributes-writer.js";
import { dataMark, isJson, type Route, routeAttributes } from "./wire-format.js";
import { headOf, type WrittenCommand } from "./written-command.js";

const firstSize = 65_536;

const noBytes = new Uint8Array(0);

/** Longest that a character of JavaScript gets in UTF-8. */
const bytesPerUnit = 3;

/**
 * Writes CloudEvents documents (`application/cloudevents+json`) one behind the other, as the arguments of one command.
 * Its memory is used again for the next one.
 */
export class DocumentWriter {
  readonly #attributes = new AttributesWriter();
  #memory: Buffer = Buffer.allocUnsafe(firstSize);
  #size = 0;
  #count = 0;

  /**
   * Writes a document, behind a text that is an argument of its own where one is given.
   *
   * @throws PayloadError when the payload cannot be put into bytes; then nothing of it is written
   */
  document(message: OutgoingMessage, route: Route, before?: string): void {
    const { body } = message;
    const type = message.contentType ?? message.attributes.datacontenttype;
    const isWhole = body.length > 0 && !isJson(type);
    const whole = isWhole ? encodeStructured(routeAttributes(message.attributes, route), body) : undefined;
    if (before !== undefined) this.#argument(before, noBytes, "");
    if (whole !== undefined) this.#argument("", whole, "");
    else if (body.length === 0) this.#argument(`${this.#attributes.head(message, route)}}`, noBytes, "");
    else this.#argument(this.#attributes.head(message, route) + dataMark, body, "}");
  }

  /** The command of that name and its arguments: these, and behind them what was written. In memory of its own. */
  take(name: string, ...args: readonly (string | number)[]): WrittenCommand {
    const head = headOf(name, args, this.#count);
    const bytes = Buffer.allocUnsafe(Buffer.byteLength(head) + this.#size);
    this.#memory.copy(bytes, bytes.write(head), 0, this.#size);
    this.#size = 0;
    this.#count = 0;
    return { name, bytes };
  }

  /** One argument of three parts, the last one plain. */
  #argument(first: string, middle: Uint8Array, last: string): void {
    const length = Buffer.byteLength(first) + middle.length + last.length;
    this.#write(`$${length}\r\n${first}`);
    this.#bytes(middle);
    this.#write(`${last}\r\n`);
    this.#count++;
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
