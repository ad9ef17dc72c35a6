/// <reference lib="esnext.disposable" preserve="true" />
import type { Broker } from "../broker/broker.js";
import type { OutgoingMessage } from "../broker/message.js";
import type { Bus } from "../contract/bus.js";
import { tell } from "../diagnostics.js";
import type { Envelope } from "../envelope.js";
import { BusError } from "../errors.js";
import { EventBus } from "../event-bus.js";
import type { LifecycleParts } from "../lifecycle.js";
import { Pipeline } from "../pipeline/pipeline.js";
import { asPublishError } from "../publish/as-publish-error.js";
import { unsent } from "../publish/handover.js";
import { PublishWindow } from "../publish/publish-window.js";
import { type Keep, OutboxBus } from "./outbox-bus.js";
import { fromRecord, toRecord } from "./outbox-record.js";
import type { OutboxRecord, OutboxStore } from "./outbox-store.js";

export interface OutboxOptions<Transaction> {
  /** Checks events when they are written, and carries them when they are sent. */
  readonly bus: EventBus;
  readonly store: OutboxStore<Transaction>;
  /** How often the store is asked for what others have written, or a crash has left. @default 1000 */
  readonly pollMs?: number;
  /** Records that are read at once. @default 100 */
  readonly batch?: number;
}

/**
 * Publishes events that are written in one transaction with your data: those of a transaction that was committed are sent,
 * one after the other in the order of writing, also after a crash; those of one that was rolled back never are. After a
 * crash an event can be sent twice, with the same id. What cannot be sent holds up what is behind it.
 */
export class Outbox<Transaction = unknown> {
  readonly #bus: EventBus;
  readonly #parts: LifecycleParts;
  readonly #store: OutboxStore<Transaction>;
  readonly #pollMs: number;
  readonly #batch: number;
  readonly #windows = new Map<Broker, PublishWindow>();
  readonly #closed = new AbortController();
  #last: Promise<number> = Promise.resolve(0);
  #cancelPoll: (() => void) | undefined;

  constructor({ bus, store, pollMs = 1000, batch = 100 }: OutboxOptions<Transaction>) {
    this.#bus = bus;
    this.#parts = EventBus.partsOf(bus);
    this.#store = store;
    this.#pollMs = pollMs;
    this.#batch = batch;
  }

  /**
   * What publishers need, for one transaction. Publishing resolves once the event is checked, has passed the middleware
   * and is written; whether it is sent is for the transaction to say. `cause` is the envelope of the event that is being
   * handled, if any: correlation and causation go along.
   */
  within(transaction: Transaction, cause?: Envelope): Bus {
    const keep: Keep = async (kind, contract, payload, second, third) => {
      try {
        const { publisher, options } = this.#parts;
        const message = publisher.prepare(contract, payload, second, third, cause);
        if (contract.kind !== kind)
          throw new BusError("CONTRACT_UNKNOWN", `expected an ${kind}, got a ${contract.kind}`);
        return await new Pipeline(options).publish(message, async (ready) => {
          for (const broker of this.#brokersOf(ready.channel)) assertSize(ready, broker);
          await this.#store.add(toRecord(ready), transaction);
        });
      } catch (error) {
        throw asPublishError(contract, error, "refused");
      }
    };
    return new OutboxBus(keep);
  }

  /** Sends from now on whatever is committed, while the bus runs. */
  start(): this {
    if (this.#cancelPoll === undefined && !this.#closed.signal.aborted) this.#poll(0);
    return this;
  }

  /**
   * Sends what is committed by now; resolves with how many were sent. To be called after a commit that shall not wait for
   * the next poll. Never rejects: failures go to the bus's error hooks, and what was not sent stays.
   */
  flush(): Promise<number> {
    this.#last = this.#last.then(() => this.#sendAll());
    return this.#last;
  }

  /** Sends nothing more. What is on its way is given up: it is sent again by the next outbox. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#cancelPoll?.();
    await this.#last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #poll(afterMs: number): void {
    this.#cancelPoll = this.#parts.options.clock.after(afterMs, () => {
      void this.flush().then(() => {
        const { state } = this.#bus;
        const isOver = state === "draining" || state === "closed";
        if (!isOver && !this.#closed.signal.aborted) this.#poll(this.#pollMs);
      });
    });
  }

  async #sendAll(): Promise<number> {
    let sent = 0;
    try {
      while (this.#bus.state === "running" && !this.#closed.signal.aborted) {
        const records = await this.#store.read(this.#batch);
        if (records.length === 0) break;
        sent += await this.#sendEach(records);
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#parts.hooks.report({ error });
    }
    return sent;
  }

  async #sendEach(records: readonly OutboxRecord[]): Promise<number> {
    const sent: string[] = [];
    try {
      for (const record of records) {
        await this.#send(record);
        sent.push(record.id);
      }
    } finally {
      if (sent.length > 0) await this.#store.remove(sent);
    }
    return sent.length;
  }

  async #send(record: OutboxRecord): Promise<void> {
    const message = fromRecord(record);
    const { timeoutMs } = this.#parts.options;
    for (const broker of this.#brokersOf(message.channel)) {
      await this.#windowOf(broker).send({ ...message }, { timeoutMs, signal: this.#closed.signal });
    }
    const { type, address } = message;
    tell("eventwright:publish", () => ({ type, address, id: record.id }));
  }

  #brokersOf(channel: string): readonly Broker[] {
    return this.#parts.routes.of(channel);
  }

  #windowOf(broker: Broker): PublishWindow {
    const { windowEvents: events, windowBytes: bytes } = this.#parts.options;
    const window = this.#windows.get(broker) ?? new PublishWindow(broker, { events, bytes }, this.#parts);
    this.#windows.set(broker, window);
    return window;
  }
}

/** An event that no broker takes would hold up all that are behind it. */
function assertSize(message: OutgoingMessage, { features: { maxBytes } }: Broker): void {
  const { length } = message.body;
  if (length > maxBytes)
    throw unsent("PUBLISH_TOO_LARGE", message, `expected at most ${maxBytes} bytes, got ${length}`);
}
