import type { HandlerContext, HandlerResult } from "../contract/listener.js";
import { Queue } from "../queue.js";
import { retry } from "./results.js";

/** One event of a stream, with what a handler would be told. */
export interface StreamItem<Event, Parameters> {
  readonly event: Event;
  readonly context: HandlerContext<Parameters>;
}

interface Held<Item> {
  readonly item: Item;
  /** Ends the handling of the event. */
  readonly settle: (result?: HandlerResult) => void;
}

/**
 * Events for one `for await` loop. An event is acknowledged when the loop asks for the next one; one that the loop has
 * not got when the stream ends is given back.
 */
export class EventStream<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #waiting = new Queue<Held<Item>>();
  readonly #readers = new Queue<(result: IteratorResult<Item, undefined>) => void>();
  #current: Held<Item> | undefined;
  #ended = false;
  /** Called once, when the loop leaves or the stream is ended. */
  onEnd: () => Promise<void> = () => Promise.resolve();
  #left: Promise<void> = Promise.resolve();

  /** Resolves when the loop is done with the item. */
  put(item: Item): Promise<HandlerResult | undefined> {
    if (this.#ended) return Promise.resolve(retry({ afterMs: 0 }));
    return new Promise((settle) => {
      this.#waiting.push({ item, settle });
      this.#serve();
    });
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    this.#current?.settle();
    this.#current = undefined;
    return new Promise((resolve) => {
      this.#readers.push(resolve);
      this.#serve();
    });
  }

  /** The loop was left: the event in its hands counts as handled. */
  async return(): Promise<IteratorResult<Item, undefined>> {
    this.#current?.settle();
    this.#current = undefined;
    this.end();
    await this.#left;
    return { done: true, value: undefined };
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (let held = this.#waiting.shift(); held !== undefined; held = this.#waiting.shift()) {
      held.settle(retry({ afterMs: 0 }));
    }
    this.#serve();
    this.#left = this.onEnd();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #serve(): void {
    while (this.#readers.size > 0) {
      const held = this.#current === undefined ? this.#waiting.shift() : undefined;
      if (held === undefined && !this.#ended) return;
      this.#current = held;
      this.#readers.shift()?.(
        held === undefined ? { done: true, value: undefined } : { done: false, value: held.item },
      );
    }
  }
}
