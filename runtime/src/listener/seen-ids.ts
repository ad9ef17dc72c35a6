/** Ids kept, at most. */
const kept = 10_000;

/** Remembers the newest ids, so that an event that comes by several brokers is handled once. */
export class SeenIds {
  readonly #ids = new Set<string>();

  /** Whether the id is new here. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > kept) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
