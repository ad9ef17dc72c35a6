import { BrokerError, PublishError, type PublishOutcome } from "../../errors.js";
import { Queue } from "../../queue.js";
import type { OutgoingMessage } from "../message.js";
import { DocumentWriter } from "./document-writer.js";
import { isReplyError, passingCodes, replyCode } from "./redis-client.js";
import { NotSentError } from "./redis-link.js";
import type { CommandLink } from "./redis-servers.js";

/** Where the messages of one queue go. */
export interface PublishTarget {
  readonly link: CommandLink;
  /** @throws PayloadError */
  write(message: OutgoingMessage, writer: DocumentWriter): void;
  /**
   * Sends a batch as one command, of which the documents are written. Resolves with how many were taken, from the first
   * on; -1 when nobody would get them.
   */
  send(writer: DocumentWriter, messages: readonly OutgoingMessage[]): Promise<number>;
  /** Told of a refusal that may be mended by another connection. */
  onRefused(code: string): void;
  close?(): void;
}

interface Pending {
  readonly message: OutgoingMessage;
  readonly isLarge: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly number: number;
  readonly all: readonly Pending[];
}

/**
 * Most messages of one command, and most commands under way: while the server works on one, the next is written and the
 * answer before it is read.
 */
const longestBatch = 64;
const mostUnderWay = 16;

/** From so many bytes or units of text on, a payload goes out alone: the script for many copies it, which costs more than a command does. */
const largePayload = 8_192;

const refusedPauseMs = 100;

/**
 * Messages for one place on the server, in order. Those of a turn of the event loop go out together. A batch that was
 * refused for a while is sent again, unless the server took a later one meanwhile: none overtakes another.
 */
export class PublishQueue {
  readonly #target: PublishTarget;
  readonly #writer = new DocumentWriter();
  readonly #waiting = new Queue<Pending>();
  /** To be sent again, before all that waits. */
  #refused: Batch[] = [];
  #batches = 0;
  #underWay = 0;
  #turnIsDue = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(target: PublishTarget) {
    this.#target = target;
  }

  /** Resolves when the server has it. @throws PublishError, or a PayloadError when it cannot be put into bytes */
  add(message: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const { length } = message.content ?? message.body;
      this.#waiting.push({ message, isLarge: length >= largePayload, resolve, reject });
      this.flush();
    });
  }

  /** Sends at the end of this turn, if it can; when the server has nothing to do, as soon as what runs now has ended. */
  flush(): void {
    if (this.#turnIsDue || this.#waiting.size + this.#refused.length === 0) return;
    this.#turnIsDue = true;
    if (this.#underWay > 0) setImmediate(this.#endTurn);
    // Behind all promises that are settled already.
    else queueMicrotask(() => process.nextTick(this.#endTurn));
  }

  readonly #endTurn = (): void => {
    this.#turnIsDue = false;
    const { link } = this.#target;
    if (this.#pause === undefined && link.isUp) link.together(() => this.#sendAll());
  };

  /** Refuses what was not sent. */
  close(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#target.close?.();
    const refuse = ({ message, reject }: Pending): void =>
      reject(refusal(message, "PUBLISH_CLOSED", "broker is closed"));
    for (const { all } of this.#refused.splice(0)) all.forEach(refuse);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) refuse(next);
  }

  #sendAll(): void {
    if (this.#refused.length > 0) {
      // First all answers are awaited, then what was refused goes out, in one go.
      if (this.#underWay > 0) return;
      for (const { all } of this.#refused.splice(0)) this.#send(queueOf(all));
    }
    while (this.#waiting.size > 0 && this.#underWay < mostUnderWay) this.#send(this.#waiting);
  }

  #send(source: Queue<Pending>): void {
    const all = this.#write(source);
    if (all.length === 0) return;
    const batch = { number: ++this.#batches, all };
    this.#underWay++;
    const messages = all.map(({ message }) => message);
    for (const message of messages) message.written = true;
    this.#target.send(this.#writer, messages).then(
      (taken) => this.#accepted(batch, taken),
      (error: unknown) => this.#failed(batch, error),
    );
  }

  #write(source: Queue<Pending>): readonly Pending[] {
    const all: Pending[] = [];
    while (all.length < longestBatch) {
      const isLarge = source.first?.isLarge === true;
      if (isLarge && all.length > 0) break;
      const next = source.shift();
      if (next === undefined) break;
      if (next.message.cancelled) continue;
      try {
        this.#target.write(next.message, this.#writer);
        all.push(next);
      } catch (error) {
        next.reject(error);
      }
      if (isLarge) break;
    }
    return all;
  }

  #accepted({ number, all }: Batch, taken: number): void {
    settle(all, taken);
    // Sent again they would come behind these.
    for (const batch of this.#refused.splice(0)) {
      if (batch.number > number) this.#refused.push(batch);
      else
        for (const { message, reject } of batch.all)
          reject(
            refusal(message, "PUBLISH_FAILED", "the server refused it for a while, and took later ones"),
          );
    }
    this.#ended();
  }

  #failed(batch: Batch, error: unknown): void {
    const code = replyCode(error);
    if (error instanceof NotSentError || passingCodes.has(code)) {
      for (const { message } of batch.all) message.written = false;
      this.#refused.push(batch);
      this.#target.onRefused(code);
      this.#pauseSending();
    } else for (const { message, reject } of batch.all) reject(failureOf(message, error, code));
    this.#ended();
  }

  #ended(): void {
    this.#underWay--;
    this.flush();
  }

  #pauseSending(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.flush();
    }, refusedPauseMs);
  }
}

function queueOf<Item>(items: readonly Item[]): Queue<Item> {
  const queue = new Queue<Item>();
  for (const item of items) queue.push(item);
  return queue;
}

function settle(batch: readonly Pending[], taken: number): void {
  for (const [index, { message, resolve, reject }] of batch.entries()) {
    if (index < taken) resolve();
    else if (taken === -1) reject(refusal(message, "PUBLISH_UNROUTABLE", "no listener is known there"));
    else reject(refusal(message, "PUBLISH_FULL", "the stream has its greatest length"));
  }
}

function failureOf(message: OutgoingMessage, error: unknown, code: string): PublishError {
  if (code === "OOM") return refusal(message, "PUBLISH_FULL", "the server is out of memory", error);
  if (isReplyError(error)) return refusal(message, "PUBLISH_FAILED", error.message, error);
  const why = error instanceof BrokerError ? error.message : "connection lost before the answer";
  return failure(message, "PUBLISH_FAILED", why, "unknown", error);
}

function refusal(
  message: OutgoingMessage,
  code: PublishError["code"],
  why: string,
  cause?: unknown,
): PublishError {
  return failure(message, code, why, "refused", cause);
}

function failure(
  { type, address }: OutgoingMessage,
  code: PublishError["code"],
  why: string,
  outcome: PublishOutcome,
  cause?: unknown,
): PublishError {
  return new PublishError(code, `cannot publish ${type} to ${address}: ${why}`, { outcome, cause });
}
