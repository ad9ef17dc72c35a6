import { type Clock, systemClock } from "../../clock.js";
import { Queue } from "../../queue.js";
import type { Message } from "../message.js";
import { MemoryStore } from "./memory-store.js";

/** Most retained events; the oldest go first. */
const eventsRetained = 100_000;

export interface LocalStoreOptions {
  /** How long events of durable channels are kept for listeners that begin with `from: "start"`. @default 0, not at all */
  readonly retainMs?: number;
  /** How long the id of a published event is remembered: one that comes again meanwhile is taken, and not delivered. @default 0, not at all */
  readonly dedupeWindowMs?: number;
}

/** What a server is for the other brokers: queues, groups and dead letters, shared by the local brokers of a process. */
export class LocalStore extends MemoryStore {
  override readonly retains: boolean;
  override readonly dedupes: boolean;
  readonly #retainMs: number;
  readonly #dedupeWindowMs: number;
  readonly #history = new Queue<{ readonly message: Message; readonly at: number }>();
  /** By address, source and id: when they were published, oldest first. */
  readonly #published = new Map<string, number>();

  constructor(clock: Clock = systemClock, { retainMs = 0, dedupeWindowMs = 0 }: LocalStoreOptions = {}) {
    super(clock);
    this.#retainMs = retainMs;
    this.#dedupeWindowMs = dedupeWindowMs;
    this.retains = retainMs > 0;
    this.dedupes = dedupeWindowMs > 0;
  }

  override retain(message: Message): void {
    if (!message.durable) return;
    this.#history.push({ message, at: this.clock.now() });
    this.#forgetHistory();
  }

  override isRepeat({ address, attributes }: Message): boolean {
    const now = this.clock.now();
    for (const [key, at] of this.#published) {
      if (at > now - this.#dedupeWindowMs) break;
      this.#published.delete(key);
    }
    const key = JSON.stringify([address, attributes.source, attributes.id]);
    if (this.#published.has(key)) return true;
    this.#published.set(key, now);
    return false;
  }

  protected override retained(): readonly Message[] {
    this.#forgetHistory();
    return this.#history.toArray().map(({ message }) => message);
  }

  #forgetHistory(): void {
    const history = this.#history;
    const oldest = this.clock.now() - this.#retainMs;
    const isOver = (at: number): boolean => at < oldest || history.size > eventsRetained;
    while (history.first !== undefined && isOver(history.first.at)) history.shift();
  }
}
