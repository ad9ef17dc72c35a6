import type { Broker } from "../broker/broker.js";
import type { OutgoingMessage } from "../broker/message.js";
import type { BusParts } from "../bus-parts.js";
import { Queue } from "../queue.js";
import { type Deadline, Deadlines } from "./deadlines.js";
import { Handover, lengthOf, type SendOptions, unsent } from "./handover.js";

type Why = readonly [code: "PUBLISH_ABORTED" | "PUBLISH_TIMEOUT", why: string];

const aborted: Why = ["PUBLISH_ABORTED", "aborted by its signal"];

const timedOut: Why = ["PUBLISH_TIMEOUT", "the broker did not accept it in time"];

/** One publish that the broker has not accepted at once. */
class Pending implements Deadline {
  previous: Deadline | undefined;
  next: Deadline | undefined;
  dueAt = 0;
  readonly message: OutgoingMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly #giveUp: (pending: Pending, why: Why) => void;
  readonly #signal: AbortSignal | undefined;
  bytes = 0;
  sent = false;
  ended = false;

  constructor(
    message: OutgoingMessage,
    signal: AbortSignal | undefined,
    resolve: () => void,
    reject: (error: unknown) => void,
    giveUp: (pending: Pending, why: Why) => void,
  ) {
    this.message = message;
    this.resolve = resolve;
    this.reject = reject;
    this.#giveUp = giveUp;
    this.#signal = signal;
    signal?.addEventListener("abort", this, { once: true });
  }

  /** Of its signal. */
  handleEvent(): void {
    this.#giveUp(this, aborted);
  }

  expire(): void {
    this.#giveUp(this, timedOut);
  }

  /** Leaves the signal alone. */
  forget(): void {
    this.#signal?.removeEventListener("abort", this);
  }
}

export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Hands messages to a broker that may take its time, in order of the calls, with a bound on those that it has not
 * accepted yet; further ones wait for room. Each ends: accepted, failed, at its deadline or by its signal.
 */
export class PublishWindow extends Handover {
  readonly #limits: WindowLimits;
  readonly #deadlines: Deadlines;
  readonly #waiting = new Queue<Pending>();
  readonly #onQuiet: () => void;
  #events = 0;
  #bytes = 0;
  #open = 0;
  #sending = false;

  constructor(broker: Broker, limits: WindowLimits, parts: BusParts) {
    super(broker);
    this.#limits = limits;
    this.#deadlines = new Deadlines(parts.options.clock);
    this.#onQuiet = parts.onQuiet;
  }

  override get open(): number {
    return this.#open;
  }

  override send(message: OutgoingMessage, options: SendOptions): void | Promise<void> {
    this.assertSendable(message, options);
    if (this.#open > 0 && (!this.#hasRoom || this.#waiting.size > 0)) {
      return this.#wait(message, options, undefined);
    }
    const accepted = this.broker.publish(message);
    if (accepted !== undefined) return this.#wait(message, options, accepted);
  }

  get #hasRoom(): boolean {
    return this.#events < this.#limits.events && this.#bytes < this.#limits.bytes;
  }

  #wait(message: OutgoingMessage, options: SendOptions, accepted: Promise<void> | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const pending = new Pending(message, options.signal, resolve, reject, this.#giveUp);
      this.#deadlines.add(options.timeoutMs, pending);
      this.#open++;
      if (accepted === undefined) this.#waiting.push(pending);
      else this.#follow(pending, accepted);
    });
  }

  readonly #giveUp = (pending: Pending, [code, why]: Why): void => {
    const { message, reject } = pending;
    message.cancelled = true;
    reject(unsent(code, message, why));
    this.#end(pending);
  };

  #follow(pending: Pending, accepted: Promise<void>): void {
    pending.sent = true;
    pending.bytes = lengthOf(pending.message);
    this.#events++;
    this.#bytes += pending.bytes;
    accepted.then(
      () => {
        pending.resolve();
        this.#end(pending);
      },
      (error: unknown) => {
        pending.reject(error);
        this.#end(pending);
      },
    );
  }

  /** To be called when it is settled: of several ends the first counts. */
  #end(pending: Pending): void {
    if (pending.ended) return;
    pending.ended = true;
    this.#deadlines.remove(pending);
    pending.forget();
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
      if (next?.ended !== false) continue;
      try {
        const accepted = this.broker.publish(next.message);
        if (accepted !== undefined) {
          this.#follow(next, accepted);
          continue;
        }
        next.resolve();
      } catch (error) {
        next.reject(error);
      }
      this.#end(next);
    }
    this.#sending = false;
  }
}
