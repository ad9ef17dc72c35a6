import { BrokerError } from "../../errors.js";
import type { OutgoingMessage } from "../message.js";
import { DelayedEvents } from "./delayed-events.js";
import type { DocumentWriter } from "./document-writer.js";
import type { PublishTarget } from "./publish-queue.js";
import type { StreamKeys } from "./redis-keys.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import { addByWishScript, addScript } from "./redis-scripts.js";
import type { CommandLink } from "./redis-servers.js";

export interface StreamTargetParts {
  readonly link: CommandLink;
  readonly keys: StreamKeys;
  /** The Pub/Sub channel on which this process gets its replies. */
  readonly repliesTo: string;
  readonly options: ResolvedRedisOptions;
  readonly onRefused: (code: string) => void;
}

/** A stream, as publishes see it. */
export class StreamTarget implements PublishTarget {
  readonly link: CommandLink;
  readonly #parts: StreamTargetParts;
  readonly #delayed: DelayedEvents;
  readonly #name = crypto.randomUUID();
  #words = 0;

  constructor(parts: StreamTargetParts) {
    this.link = parts.link;
    this.#parts = parts;
    this.#delayed = new DelayedEvents(parts.link, parts.keys);
  }

  write(message: OutgoingMessage, writer: DocumentWriter): void {
    const { address, channelAddress = address, expectsReply } = message;
    writer.document(message, {
      address: address === channelAddress ? undefined : address,
      replyTo: expectsReply ? this.#parts.repliesTo : undefined,
    });
  }

  async send(writer: DocumentWriter, messages: readonly OutgoingMessage[]): Promise<number> {
    const [taken] = await Promise.all([this.#add(writer, messages), this.#waitForReplicas()]);
    return taken;
  }

  async #add(writer: DocumentWriter, messages: readonly OutgoingMessage[]): Promise<number> {
    const { keys, options } = this.#parts;
    const delays = messages.map(({ delayMs = 0 }) => delayMs).filter((delayMs) => delayMs > 0);
    const hasWishes = options.dedupeWindowMs > 0 || delays.length > 0;
    if (messages.length === 1 && !hasWishes && options.maxStreamLength === 0) {
      // What the script does, without the price of one.
      const id = await this.link.send(writer.take("XADD", keys.stream, "NOMKSTREAM", "*", "event"));
      return id === null ? -1 : 1;
    }
    const words = [keys.stream, keys.delayed, options.maxStreamLength] as const;
    if (!hasWishes) return Number(await this.link.send(writer.take("EVAL", addScript, 2, ...words)));
    const wishes = [keys.published, ...words, ...this.#wishesOf(messages)];
    const taken = Number(await this.link.send(writer.take("EVAL", addByWishScript, 3, ...wishes)));
    if (delays.length > 0) this.#delayed.dueIn(Math.min(...delays));
    return taken;
  }

  onRefused(code: string): void {
    this.#parts.onRefused(code);
  }

  close(): void {
    this.#delayed.close();
  }

  /** How long ids count; then of each message its delay, a word that no other has, and its id, unless it may come again. */
  #wishesOf(messages: readonly OutgoingMessage[]): readonly (string | number)[] {
    const { dedupeWindowMs } = this.#parts.options;
    const words = messages.flatMap(({ delayMs = 0, isReplay = false, expectsReply, address, attributes }) => {
      // A request needs its reply, however often it is sent.
      const counts = dedupeWindowMs > 0 && !isReplay && !expectsReply;
      const id = counts ? JSON.stringify([address, attributes.source, attributes.id]) : "";
      return [Math.ceil(delayMs), this.#nextWord(), id];
    });
    return [dedupeWindowMs, ...words];
  }

  /** Events of this process that are due at the same time stay in order by it: the server sorts them by their bytes. */
  #nextWord(): string {
    return `${String(this.#words++).padStart(16, "0")}.${this.#name}`;
  }

  /** Asked for behind the write on the same connection. @throws BrokerError when too few have it in time */
  async #waitForReplicas(): Promise<void> {
    const { replicas, replicasTimeoutMs } = this.#parts.options;
    if (replicas === 0) return;
    const copies = Number(await this.link.call("WAIT", replicas, replicasTimeoutMs));
    if (copies >= replicas) return;
    throw new BrokerError("BROKER_FAILED", `expected ${replicas} replicas to have it, got ${copies}`);
  }
}
