import { Chain, type Link } from "../chain.js";
import type { Clock } from "../clock.js";

/** Something that ends at its time unless it is removed before. */
export interface Deadline extends Link<Deadline> {
  /** On the clock of the deadlines, which set it. */
  dueAt: number;
  expire(): void;
}

/** Many deadlines with one timer, which runs only while there are any. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Chain<Deadline>();
  #firesAt = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(timeoutMs: number, deadline: Deadline): void {
    deadline.dueAt = this.#clock.now() + timeoutMs;
    this.#open.add(deadline);
    if (deadline.dueAt < this.#firesAt) this.#arm(deadline.dueAt);
  }

  remove(deadline: Deadline): void {
    if (!this.#open.delete(deadline) || this.#open.size > 0) return;
    this.#cancel();
    this.#firesAt = Number.POSITIVE_INFINITY;
  }

  #arm(dueAt: number): void {
    this.#cancel();
    this.#firesAt = dueAt;
    this.#cancel = this.#clock.after(Math.max(0, dueAt - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    this.#firesAt = Number.POSITIVE_INFINITY;
    for (const deadline of this.#open.toArray()) {
      // What expires may remove others.
      if (deadline.dueAt <= now && this.#open.delete(deadline)) deadline.expire();
    }
    for (const { dueAt } of this.#open.toArray()) if (dueAt < this.#firesAt) this.#arm(dueAt);
  }
}
