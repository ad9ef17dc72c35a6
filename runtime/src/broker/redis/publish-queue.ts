import { BrokerError, PublishError, type PublishOutcome } from "../../errors.js";
import { Queue } from "../../queue.js";
import type { OutgoingMessage } from "../message.js";
import { type Argument, isReplyError, passingCodes, replyCode } from "./redis-client.js";
import { NotSentError } from "./redis-link.js";

/** Where the messages of one queue go. */
export interface PublishTarget {
  /** Whether a batch can be sent now. */
  readonly isUp: boolean;
  /** What of a command a message is. */
  encode(message: OutgoingMessage): readonly Argument[];
  /** Sends a batch as one command. Resolves with how many were taken, from the first on; -1 when nobody would get them. */
  send(words: readonly Argument[], count: number): Promise<number>;
  /** Told of a refusal that may be mended by another connection. */
  onRefused(code: string): void;
}

interface Pending {
  readonly message: OutgoingMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Most messages, and bytes, of one command: the server does nothing else meanwhile. */
const longestBatch = 500;
const largestBatch = 1_048_576;

const refusedPauseMs = 100;

/**
 * Messages for one place on the server, in order. Those of a turn of the event loop go out together, and the next
 * ones when they are answered: so none overtakes another, also when a batch was refused and is sent again.
 */
export class PublishQueue {
  readonly #target: PublishTarget;
  readonly #waiting = new Queue<Pending>();
  /** Refused, to be sent before all that waits. */
  #refused: readonly Pending[] = [];
  #sending: readonly Pending[] = [];
  #turnIsDue = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(target: PublishTarget) {
    this.#target = target;
  }

  get isEmpty(): boolean {
    return this.#size === 0 && this.#sending.length === 0;
  }

  /** Resolves when the server has it. @throws PublishError */
  add(message: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.flush();
    });
  }

  /** Sends at the end of this turn, if it can. */
  flush(): void {
    if (this.#turnIsDue || this.#size === 0) return;
    this.#turnIsDue = true;
    setImmediate(() => {
      this.#turnIsDue = false;
      if (this.#sending.length === 0 && this.#pause === undefined && this.#target.isUp) void this.#send();
    });
  }

  /** Refuses what was not sent. */
  close(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.reject(refusal(next.message, "PUBLISH_CLOSED", "broker is closed"));
    }
  }

  get #size(): number {
    return this.#refused.length + this.#waiting.size;
  }

  #next(): Pending | undefined {
    const [first, ...others] = this.#refused;
    if (first === undefined) return this.#waiting.shift();
    this.#refused = others;
    return first;
  }

  async #send(): Promise<void> {
    const words: Argument[] = [];
    const batch = this.#takeBatch(words);
    if (batch.length === 0) return;
    this.#sending = batch;
    for (const { message } of batch) message.written = true;
    try {
      settle(batch, await this.#target.send(words, batch.length));
    } catch (error) {
      this.#fail(batch, error);
    }
    this.#sending = [];
    this.flush();
  }

  #takeBatch(words: Argument[]): readonly Pending[] {
    const batch: Pending[] = [];
    for (let bytes = 0; batch.length < longestBatch && bytes < largestBatch; ) {
      const next = this.#next();
      if (next === undefined) break;
      if (next.message.cancelled) continue;
      try {
        for (const word of this.#target.encode(next.message)) {
          words.push(word);
          if (typeof word === "object") bytes += word.length;
        }
        batch.push(next);
      } catch (error) {
        next.reject(error);
      }
    }
    return batch;
  }

  #fail(batch: readonly Pending[], error: unknown): void {
    const code = replyCode(error);
    if (error instanceof NotSentError || passingCodes.has(code)) {
      for (const { message } of batch) message.written = false;
      this.#refused = [...batch, ...this.#refused];
      this.#target.onRefused(code);
      this.#pauseSending();
      return;
    }
    for (const { message, reject } of batch) {
      if (code === "OOM") reject(refusal(message, "PUBLISH_FULL", "the server is out of memory", error));
      else if (isReplyError(error)) reject(refusal(message, "PUBLISH_FAILED", error.message, error));
      else reject(failure(message, "PUBLISH_FAILED", lossOf(error), "unknown", error));
    }
  }

  #pauseSending(): void {
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.flush();
    }, refusedPauseMs);
  }
}

function settle(batch: readonly Pending[], taken: number): void {
  for (const [index, { message, resolve, reject }] of batch.entries()) {
    if (index < taken) resolve();
    else if (taken === -1) reject(refusal(message, "PUBLISH_UNROUTABLE", "no listener is known there"));
    else reject(refusal(message, "PUBLISH_FULL", "the stream has its greatest length"));
  }
}

function lossOf(error: unknown): string {
  return error instanceof BrokerError ? error.message : "connection lost before the answer";
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
