import type { InboxStore } from "../contract/listener.js";

/** Keeps the newest marks in memory: enough for repeats while the process lives. */
export class MemoryInbox implements InboxStore {
  readonly #capacity: number;
  readonly #marks = new Set<string>();

  /** @param capacity marks kept, at most; the oldest go first */
  constructor(capacity = 100_000) {
    this.#capacity = capacity;
  }

  has(listener: string, id: string): boolean {
    return this.#marks.has(markOf(listener, id));
  }

  add(listener: string, id: string): void {
    this.#marks.add(markOf(listener, id));
    if (this.#marks.size <= this.#capacity) return;
    for (const oldest of this.#marks) {
      this.#marks.delete(oldest);
      return;
    }
  }
}

function markOf(listener: string, id: string): string {
  return JSON.stringify([listener, id]);
}
