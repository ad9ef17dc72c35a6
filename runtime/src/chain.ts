/** What can be in one chain at a time. */
export interface Link<Item> {
  previous: Item | undefined;
  next: Item | undefined;
}

/**
 * Things in order that come and go in numbers, linked through themselves. A set would do, but its table is made anew
 * every few hundred changes, and each old one keeps what it held, and the next table, from being collected cheaply.
 */
export class Chain<Item extends Link<Item>> {
  #first: Item | undefined;
  #last: Item | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(item: Item): boolean {
    return item.previous !== undefined || item === this.#first;
  }

  /** Puts something that is in no chain behind the others. */
  add(item: Item): void {
    const last = this.#last;
    item.previous = last;
    if (last === undefined) this.#first = item;
    else last.next = item;
    this.#last = item;
    this.#size++;
  }

  /** Whether it was there. */
  delete(item: Item): boolean {
    if (!this.has(item)) return false;
    const { previous, next } = item;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    item.previous = undefined;
    item.next = undefined;
    this.#size--;
    return true;
  }

  toArray(): readonly Item[] {
    const items: Item[] = [];
    for (let item = this.#first; item !== undefined; item = item.next) items.push(item);
    return items;
  }
}
