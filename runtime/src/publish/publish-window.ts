import type { Broker } from "../broker/broker.js";
import type { OutgoingMessage } from "../broker/message.js";
import type { BusParts } from "../bus-parts.js";
import { PublishError } from "../errors.js";
import { Queue } from "../queue.js";
import type { Deadline, Deadlines } from "./deadlines.js";

export interface SendOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One publish that the broker has not accepted at once. */
interface Pending {
  readonly message: OutgoingMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly forget: () => void;
  bytes: number;
  sent: boolean;
  ended: boolean;
}

export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Hands messages to a broker in order of the calls, with a bound on those that it has not accepted yet; further ones
 * wait for room. Each ends: accepted, failed, at its deadline or by its signal.
 */
export class PublishWindow {
  readonly #broker: Broker;
  readonly #limits: WindowLimits;
  readonly #deadlines: Deadlines;
  readonly #waiting = new Queue<Pending>();
  readonly #onQuiet: () => void;
  readonly #hasMaxBytes: boolean;
  #events = 0;
  #bytes = 0;
  #open = 0;
  #sending = false;

  constructor(broker: Broker, limits: WindowLimits, parts: BusParts) {
    this.#broker = broker;
    this.#hasMaxBytes = broker.features.maxBytes !== Number.POSITIVE_INFINITY;
    this.#limits = limits;
    this.#deadlines = parts.deadlines;
    this.#onQuiet = parts.onQuiet;
  }

  get broker(): string {
    return this.#broker.name;
  }

  /** Publishes that have not ended. */
  get open(): number {
    return this.#open;
  }

  /** Returns nothing when the broker took the message at once. @throws PublishError */
  send(message: OutgoingMessage, options: SendOptions): void | Promise<void> {
    if (options.signal?.aborted) throw aborted(message);
    if (this.#hasMaxBytes) this.#assertSize(message);
    if (this.#open > 0 && (!this.#hasRoom || this.#waiting.size > 0)) {
      return this.#wait(message, options, undefined);
    }
    const accepted = this.#broker.publish(message);
    if (accepted !== undefined) return this.#wait(message, options, accepted);
  }

  get #hasRoom(): boolean {
    return this.#events < this.#limits.events && this.#bytes < this.#limits.bytes;
  }

  #assertSize(message: OutgoingMessage): void {
    const { maxBytes } = this.#broker.features;
    if (message.body.length > maxBytes) throw tooLarge(message, maxBytes);
  }

  #wait(message: OutgoingMessage, options: SendOptions, accepted: Promise<void> | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const giveUp = (error: (message: OutgoingMessage) => PublishError): void => {
        message.cancelled = true;
        this.#end(pending, () => reject(error(message)));
      };
      const onAbort = (): void => giveUp(aborted);
      const deadline: Deadline = this.#deadlines.add(options.timeoutMs, () => giveUp(timedOut));
      options.signal?.addEventListener("abort", onAbort, { once: true });
      const pending: Pending = {
        message,
        resolve,
        reject,
        forget: () => {
          this.#deadlines.remove(deadline);
          options.signal?.removeEventListener("abort", onAbort);
        },
        bytes: 0,
        sent: false,
        ended: false,
      };
      this.#open++;
      if (accepted === undefined) this.#waiting.push(pending);
      else this.#follow(pending, accepted);
    });
  }

  #follow(pending: Pending, accepted: Promise<void>): void {
    pending.sent = true;
    pending.bytes = pending.message.body.length;
    this.#events++;
    this.#bytes += pending.bytes;
    accepted.then(
      () => this.#end(pending, pending.resolve),
      (error: unknown) => this.#end(pending, () => pending.reject(error)),
    );
  }

  #end(pending: Pending, settle: () => void): void {
    if (pending.ended) return;
    pending.ended = true;
    pending.forget();
    settle();
    this.#open--;
    if (pending.sent) {
      this.#events--;
      this.#bytes -= pending.bytes;
    }
    this.#sendWaiting();
    if (this.#open === 0) this.#onQuiet();
  }

  /** What ends at once comes back here: it finds it running. */
  #sendWaiting(): void {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#hasRoom && this.#waiting.size > 0) {
      const next = this.#waiting.shift();
      if (next === undefined || next.ended) continue;
      try {
        const accepted = this.#broker.publish(next.message);
        if (accepted === undefined) this.#end(next, next.resolve);
        else this.#follow(next, accepted);
      } catch (error) {
        this.#end(next, () => next.reject(error));
      }
    }
    this.#sending = false;
  }
}

function aborted(message: OutgoingMessage): PublishError {
  return new PublishError(
    "PUBLISH_ABORTED",
    `cannot publish ${message.type} to ${message.address}: aborted by its signal`,
    {
      outcome: message.written ? "unknown" : "refused",
    },
  );
}

function timedOut(message: OutgoingMessage): PublishError {
  return new PublishError(
    "PUBLISH_TIMEOUT",
    `cannot publish ${message.type} to ${message.address}: the broker did not accept it in time`,
    { outcome: message.written ? "unknown" : "refused" },
  );
}

function tooLarge(message: OutgoingMessage, maxBytes: number): PublishError {
  return new PublishError(
    "PUBLISH_TOO_LARGE",
    `cannot publish ${message.type} to ${message.address}: expected at most ${maxBytes} bytes, got ${message.body.length}`,
    { outcome: "refused" },
  );
}
