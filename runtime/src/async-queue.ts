import { Queue } from "./queue.js";

/** What happens to an item for which there is no room: it waits and holds up its sender, or one is let go. */
export type Overflow = "wait" | "dropOldest" | "dropNewest";

export interface AsyncQueueOptions {
  /** Items that may wait to be taken. @default 1000 */
  readonly capacity?: number;
  /** @default "dropOldest" */
  readonly overflow?: Exclude<Overflow, "wait">;
  /** Called once, when the reader leaves or the queue is ended. */
  readonly onEnd?: () => void;
}

/** Items pushed on one side, taken in order by one reader on the other. */
export class AsyncQueue<Item> implements AsyncIterableIterator<Item> {
  readonly #capacity: number;
  readonly #overflow: Exclude<Overflow, "wait">;
  readonly #onEnd: () => void;
  readonly #items = new Queue<Item>();
  readonly #readers = new Queue<(result: IteratorResult<Item, undefined>) => void>();
  #ended = false;

  constructor({ capacity = 1000, overflow = "dropOldest", onEnd = () => {} }: AsyncQueueOptions = {}) {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#onEnd = onEnd;
  }

  get ended(): boolean {
    return this.#ended;
  }

  push(item: Item): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: item });
      return;
    }
    if (this.#items.size >= this.#capacity) {
      if (this.#overflow === "dropNewest") return;
      this.#items.shift();
    }
    this.#items.push(item);
  }

  /** Items that wait can still be taken; after them the reader's loop ends. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift()) {
      reader({ done: true, value: undefined });
    }
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift());
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
