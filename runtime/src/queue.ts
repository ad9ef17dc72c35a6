/** First in, first out, in constant time. */
export class Queue<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  toArray(): readonly Item[] {
    return this.#items.slice(this.#head).filter((item) => item !== undefined);
  }

  /** Puts an item behind those at the front that go before it. */
  insert(item: Item, goesBefore: (other: Item) => boolean): void {
    let at = this.#head;
    for (let other = this.#items[at]; other !== undefined && goesBefore(other); other = this.#items[at]) at++;
    this.#items.splice(at, 0, item);
  }
}
