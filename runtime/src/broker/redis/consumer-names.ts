/** Names that are remembered at most; what an older one still holds is found when its lease runs out. */
const mostEarlier = 64;

interface EarlierName {
  readonly name: string;
  /** When it was first looked at and answered for, on the clock of `performance`. */
  seenAt?: number;
}

/**
 * The names under which one consumer is known to its group: another one for each connection. A server that has not
 * noticed the end of a connection may still give entries to its name; by the earlier names they are found. A name is
 * forgotten when the server, which had answered for it before, has had time to notice.
 */
export class ConsumerNames {
  readonly #member: string;
  readonly #noticeMs: number;
  #earlier: EarlierName[] = [];
  #current: string;
  #connections = 0;

  /** @param noticeMs how long a server that answers may go on serving a connection that has ended */
  constructor(member: string, noticeMs: number) {
    this.#member = member;
    this.#noticeMs = noticeMs;
    this.#current = member;
  }

  get current(): string {
    return this.#current;
  }

  /** Oldest first. */
  get earlier(): readonly string[] {
    return this.#earlier.map(({ name }) => name);
  }

  /** Takes another name, for a new connection. */
  next(): void {
    if (this.#connections > 0) this.#earlier.push({ name: this.#current });
    if (this.#earlier.length > mostEarlier) this.#earlier.shift();
    this.#current = `${this.#member}.${++this.#connections}`;
  }

  /** The server has told, on a question asked at `askedAt`, what these names held. Returns those that are forgotten. */
  seen(names: readonly string[], askedAt: number): readonly string[] {
    const isOver = ({ name, seenAt = askedAt }: EarlierName): boolean =>
      names.includes(name) && askedAt - seenAt >= this.#noticeMs;
    const over = this.#earlier.filter(isOver);
    this.#earlier = this.#earlier.filter((earlier) => !over.includes(earlier));
    for (const earlier of this.#earlier) if (names.includes(earlier.name)) earlier.seenAt ??= askedAt;
    return over.map(({ name }) => name);
  }
}
