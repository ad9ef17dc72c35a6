import { bytesPerUnit } from "../../contract/limits.js";
import type { OutgoingMessage } from "../message.js";
import { isTooLong } from "./amqp-names.js";
import { headerNameOf, priorityOf, replyQueue, secondsOf } from "./cloud-events.js";
import type { DelayPath } from "./delay-path.js";
import { writeText } from "./write-text.js";

/** An event on its way to the exchange. */
export interface EventFrame {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  readonly message: OutgoingMessage;
  /** Where it waits before. */
  readonly delay: DelayPath | undefined;
}

export interface FrameSettings {
  readonly channel: number;
  /** What client and server have agreed upon. */
  readonly frameMax: number;
  /** That of what has none, as for {@link priorityOf}. */
  readonly plainPriority: number | undefined;
}

/** Bytes that are made room for at a time. */
const slabSize = 65_536;

/**
 * Longest attributes together: amqplib, which sends an event on to other queues, has room for 64 KiB of headers, of which
 * this broker takes a part then.
 */
const longestAttributes = 57_344;

/** Type, channel, size and end of a frame. */
const frameOverhead = 8;

const frameEnd = 0xce;

/** AMQP 0-9-1, 2.3.5: kinds of frames. */
const kinds = { method: 1, header: 2, body: 3 } as const;

/** Class and method of `basic.publish`. */
const basicPublish = (60 << 16) | 40;

/** AMQP 0-9-1, 4.2.6.1: which properties follow. */
const flags = {
  contentType: 0x8000,
  headers: 0x2000,
  deliveryMode: 0x1000,
  priority: 0x0800,
  correlationId: 0x0400,
  replyTo: 0x0200,
  messageId: 0x0080,
  timestamp: 0x0040,
  type: 0x0020,
} as const;

const longText = "S".charCodeAt(0);

/**
 * Writes events as AMQP frames, those of a turn of the event loop one after the other in one buffer. It is what amqplib
 * would write for the properties that `propertiesOf` makes, without the objects, streams and buffers in between.
 */
export class EventFrames {
  readonly #channel: number;
  readonly #longestPayload: number;
  readonly #plainPriority: number | undefined;
  readonly #full: Buffer[] = [];
  #slab: Buffer = Buffer.allocUnsafeSlow(slabSize);
  /** Where what was not taken begins, and where the next frame goes. */
  #start = 0;
  #end = 0;

  constructor({ channel, frameMax, plainPriority }: FrameSettings) {
    this.#channel = channel;
    this.#longestPayload = frameMax - frameOverhead;
    this.#plainPriority = plainPriority;
  }

  /** @throws RangeError when the attributes are too long; nothing was added then */
  add(event: EventFrame): void {
    const { message } = event;
    // Before anything is written: making the bytes may fail.
    const { attributes } = message;
    const body = this.#bodyOf(message);
    const size = typeof body === "string" ? Buffer.byteLength(body) : body.length;
    this.#reserve(this.#longestSize(event, size));
    const before = this.#end;
    this.#addMethod(event);
    const header = this.#begin(kinds.header);
    this.#addHeader(message, size);
    const isLong = this.#end - header > Math.min(longestAttributes, this.#longestPayload);
    if (isLong || isTooLong(attributes.datacontenttype ?? "")) {
      this.#end = before;
      throw new RangeError("attributes are too long");
    }
    this.#finish(header);
    if (typeof body === "string") this.#addText(body);
    else this.#addBytes(body);
  }

  /** Bytes in the present buffer that were not taken. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** What was added since the last call, in order. */
  take(): readonly Buffer[] {
    this.#cutOff();
    return this.#full.splice(0);
  }

  #addMethod({ exchange, routingKey, mandatory }: EventFrame): void {
    const frame = this.#begin(kinds.method);
    this.#end = this.#slab.writeUInt32BE(basicPublish, this.#end);
    this.#end = this.#slab.writeUInt16BE(0, this.#end); // ticket, of no meaning any more
    this.#addShortText(exchange);
    this.#addShortText(routingKey);
    this.#slab[this.#end++] = mandatory ? 1 : 0;
    this.#finish(frame);
  }

  #addHeader(message: OutgoingMessage, size: number): void {
    const { attributes, type, durable, expectsReply } = message;
    const slab = this.#slab;
    const priority = priorityOf(message, this.#plainPriority);
    this.#end = slab.writeUInt32BE(60 << 16, this.#end); // class and weight
    this.#end = slab.writeUInt32BE(Math.floor(size / 2 ** 32), this.#end);
    this.#end = slab.writeUInt32BE(size >>> 0, this.#end);
    const present = this.#end;
    this.#end += 2;
    const { datacontenttype, id, time } = attributes;
    let set: number = flags.headers | flags.deliveryMode;
    if (datacontenttype !== undefined) {
      set |= flags.contentType;
      this.#addShortText(datacontenttype);
    }
    this.#addAttributes(attributes);
    slab[this.#end++] = durable ? 2 : 1;
    if (priority !== undefined) {
      set |= flags.priority;
      slab[this.#end++] = priority;
    }
    const shortId = id === undefined || isTooLong(id) ? undefined : id;
    if (expectsReply) {
      set |= flags.replyTo;
      if (shortId !== undefined) {
        set |= flags.correlationId;
        this.#addShortText(shortId);
      }
      this.#addShortText(replyQueue);
    }
    if (shortId !== undefined) {
      set |= flags.messageId;
      this.#addShortText(shortId);
    }
    const seconds = secondsOf(time);
    if (seconds !== undefined) {
      set |= flags.timestamp;
      this.#end = slab.writeUInt32BE(Math.floor(seconds / 2 ** 32), this.#end);
      this.#end = slab.writeUInt32BE(seconds >>> 0, this.#end);
    }
    if (!isTooLong(type)) {
      set |= flags.type;
      this.#addShortText(type);
    }
    slab.writeUInt16BE(set, present);
  }

  #addAttributes(attributes: OutgoingMessage["attributes"]): void {
    const size = this.#end;
    this.#end += 4;
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined || name === "datacontenttype") continue;
      this.#addShortText(headerNameOf(name));
      this.#slab[this.#end++] = longText;
      const length = writeText(this.#slab, value, this.#end + 4);
      this.#end = this.#slab.writeUInt32BE(length, this.#end) + length;
    }
    this.#slab.writeUInt32BE(this.#end - size - 4, size);
  }

  /** Text that surely fits into a frame. Bytes can be cut where one ends. */
  #bodyOf(message: OutgoingMessage): string | Uint8Array {
    const { content } = message;
    const isShort = typeof content === "string" && content.length * bytesPerUnit <= this.#longestPayload;
    return isShort ? content : message.body;
  }

  #addText(text: string): void {
    if (text === "") return;
    const frame = this.#begin(kinds.body);
    this.#end += writeText(this.#slab, text, this.#end);
    this.#finish(frame);
  }

  #addBytes(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; offset += this.#longestPayload) {
      const part = bytes.subarray(offset, offset + this.#longestPayload);
      const frame = this.#begin(kinds.body);
      this.#slab.set(part, this.#end);
      this.#end += part.length;
      this.#finish(frame);
    }
  }

  #addShortText(text: string): void {
    const length = writeText(this.#slab, text, this.#end + 1);
    this.#slab[this.#end] = length;
    this.#end += 1 + length;
  }

  #begin(kind: number): number {
    const frame = this.#end;
    this.#slab[frame] = kind;
    this.#slab.writeUInt16BE(this.#channel, frame + 1);
    this.#end = frame + 7;
    return frame;
  }

  #finish(frame: number): void {
    this.#slab.writeUInt32BE(this.#end - frame - 7, frame + 3);
    this.#slab[this.#end++] = frameEnd;
  }

  /** Texts may take three bytes for each of their units. */
  #longestSize({ exchange, routingKey, message }: EventFrame, size: number): number {
    const { attributes, type } = message;
    let units = exchange.length + routingKey.length + type.length;
    let count = 0;
    for (const name in attributes) {
      const length = attributes[name]?.length ?? 0;
      // The id can stand in three places.
      units += 20 + name.length + length + (name === "id" ? 2 * length : 0);
      count++;
    }
    const frames = 3 + Math.ceil(size / this.#longestPayload);
    return bytesPerUnit * units + 8 * count + 128 + frames * frameOverhead + size;
  }

  /** Bytes that were taken may still be on their way, so they are never written over. */
  #reserve(size: number): void {
    if (this.#slab.length - this.#end >= size) return;
    this.#cutOff();
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabSize, size));
    this.#start = 0;
    this.#end = 0;
  }

  #cutOff(): void {
    if (this.#end > this.#start) this.#full.push(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
