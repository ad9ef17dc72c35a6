import { Buffer } from "node:buffer";
import { bytesPerUnit } from "../../contract/limits.js";
import { encodeStructured } from "../../serializer/structured-json.js";
import type { OutgoingMessage } from "../message.js";
import { AttributesWriter } from "./attributes-writer.js";
import { dataMark, isJson, type Route, routeAttributes } from "./wire-format.js";
import { headOf, type WrittenCommand } from "./written-command.js";

const firstSize = 65_536;

/** From this length on, to join texts costs more than to write each by itself. */
const longText = 1_024;

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
    const isText = isJson(message.contentType ?? message.attributes.datacontenttype);
    const { content = message.body } = message;
    const isWhole = content.length > 0 && !isText;
    const whole = isWhole
      ? encodeStructured(routeAttributes(message.attributes, route), message.body)
      : undefined;
    if (before !== undefined) this.#argument(before);
    if (whole !== undefined) this.#argument("", whole);
    else this.#document(this.#attributes.head(message, route), content);
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

  #document(head: string, content: string | Uint8Array): void {
    if (content.length === 0) this.#argument(`${head}}`);
    else this.#argument(head + dataMark, content, "}");
  }

  /** One argument, of which the end is plain. */
  #argument(begin: string, content: string | Uint8Array = "", end = ""): void {
    const bytes = typeof content === "string" ? Buffer.byteLength(content) : content.length;
    const head = `$${Buffer.byteLength(begin) + bytes + end.length}\r\n${begin}`;
    if (typeof content === "string" && content.length < longText) {
      this.#write(`${head}${content}${end}\r\n`);
    } else {
      this.#write(head);
      if (typeof content === "string") this.#write(content, bytes);
      else this.#bytes(content);
      this.#write(`${end}\r\n`);
    }
    this.#count++;
  }

  #write(text: string, mostBytes: number = text.length * bytesPerUnit): void {
    this.#reserve(mostBytes);
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
