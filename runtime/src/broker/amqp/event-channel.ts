import type { OutgoingMessage } from "../message.js";
import type { AmqpConfirm, AmqpConfirmChannel } from "./amqp-client.js";
import { type EventFrame, EventFrames } from "./event-frames.js";
import { largeWrite } from "./merge-writes.js";

/** Who is told how a publish ended: without an error, the server has it. */
export interface Confirmable {
  confirmed(error: unknown): void;
}

/** What of amqplib's inside lets frames be written directly. */
interface FrameWriter {
  readonly channel: number;
  readonly frameMax: number;
  readonly sendBytes: (bytes: Uint8Array) => void;
}

/**
 * Writes events to a confirm channel, those of one turn of the event loop together, and pairs the server's confirms with
 * them. Nothing else may be published on that channel.
 */
export class EventChannel {
  readonly #frames: EventFrames;
  readonly #sendBytes: (bytes: Uint8Array) => void;
  /** In order of sending; the first has the tag after `#confirmedUpTo`. Those confirmed out of turn are gone. */
  #unconfirmed: (Confirmable | undefined)[] = [];
  #head = 0;
  #confirmedUpTo = 0;
  /** In this turn. */
  #written: OutgoingMessage[] = [];
  #isScheduled = false;
  #isOpen = true;

  private constructor(channel: AmqpConfirmChannel, writer: FrameWriter, plainPriority: number | undefined) {
    this.#frames = new EventFrames({ ...writer, plainPriority });
    this.#sendBytes = writer.sendBytes;
    channel.on("ack", (confirm) => this.#onConfirm(confirm, undefined));
    channel.on("nack", (confirm) => this.#onConfirm(confirm, new Error("message nacked")));
    channel.on("close", () => this.#close());
  }

  /** Nothing for a client that is not made like amqplib. */
  static over(channel: AmqpConfirmChannel, plainPriority: number | undefined): EventChannel | undefined {
    const writer = writerOf(channel);
    return writer && new EventChannel(channel, writer, plainPriority);
  }

  /** @throws Error when it was not sent */
  send(event: EventFrame, publication: Confirmable): void {
    if (!this.#isOpen) throw new ChannelClosedError();
    this.#frames.add(event);
    this.#written.push(event.message);
    this.#unconfirmed.push(publication);
    if (this.#frames.size >= largeWrite) this.#write();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    for (const message of this.#written.splice(0)) message.release?.();
    if (this.#isOpen) this.#write();
  }

  #write(): void {
    for (const bytes of this.#frames.take()) this.#sendBytes(bytes);
  }

  #onConfirm({ deliveryTag, multiple }: AmqpConfirm, error: unknown): void {
    const last = this.#head + deliveryTag - this.#confirmedUpTo - 1;
    for (let index = multiple ? this.#head : last; index <= last; index++) {
      const publication = this.#unconfirmed[index];
      this.#unconfirmed[index] = undefined;
      publication?.confirmed(error);
    }
    while (this.#head < this.#unconfirmed.length && this.#unconfirmed[this.#head] === undefined) {
      this.#head++;
      this.#confirmedUpTo++;
    }
    if (this.#head < 1_024 || this.#head * 2 < this.#unconfirmed.length) return;
    this.#unconfirmed = this.#unconfirmed.slice(this.#head);
    this.#head = 0;
  }

  /** What was not confirmed may have arrived, or not. */
  #close(): void {
    this.#isOpen = false;
    const lost = this.#unconfirmed.splice(0);
    for (const publication of lost) publication?.confirmed(new Error("channel closed"));
  }
}

/** The channel has ended before anything was sent. */
export class ChannelClosedError extends Error {
  override readonly name = "ChannelClosedError";

  constructor() {
    super("channel closed");
  }
}

function writerOf(channel: AmqpConfirmChannel): FrameWriter | undefined {
  const number: unknown = Reflect.get(channel, "ch");
  const connection: unknown = Reflect.get(channel, "connection");
  if (typeof number !== "number" || typeof connection !== "object" || connection === null) return undefined;
  const frameMax: unknown = Reflect.get(connection, "frameMax");
  const sendBytes: unknown = Reflect.get(connection, "sendBytes");
  if (typeof frameMax !== "number" || typeof sendBytes !== "function") return undefined;
  return { channel: number, frameMax, sendBytes: (bytes) => void sendBytes.call(connection, bytes) };
}
