import type { DeadLetter, DeadLetterStore, LetterFilter } from "../broker.js";
import type { LocalGroup } from "./local-group.js";
import type { MemoryStore } from "./memory-store.js";

/** Dead letters in memory: each group keeps its own. */
export class LocalDeadLetters implements DeadLetterStore {
  readonly #store: MemoryStore;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  async list(listener: string): Promise<readonly DeadLetter[]> {
    return this.#find(listener).map(({ letter }) => letter);
  }

  async replay(listener: string, fits: LetterFilter, most?: number): Promise<number> {
    const taken = this.#take(listener, fits, most);
    for (const { group, letter } of taken) {
      group.offer({ message: letter.message, attempt: 1, sequence: this.#store.nextSequence() });
    }
    return taken.length;
  }

  async discard(listener: string, fits: LetterFilter, most?: number): Promise<number> {
    return this.#take(listener, fits, most).length;
  }

  #take(listener: string, fits: LetterFilter, most?: number): readonly Kept[] {
    const chosen = this.#find(listener).filter(({ letter }) => fits(letter));
    return chosen.slice(0, most).filter(({ group, letter }) => group.deadLetters.delete(letter.id));
  }

  #find(listener: string): readonly Kept[] {
    return this.#store
      .groupsNamed(listener)
      .flatMap((group) => [...group.deadLetters.values()].map((letter) => ({ group, letter })));
  }
}

interface Kept {
  readonly group: LocalGroup;
  readonly letter: DeadLetter;
}
