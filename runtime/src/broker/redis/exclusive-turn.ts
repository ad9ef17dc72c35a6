import type { StreamGroup } from "./stream-group.js";

export interface ExclusiveTurnParts {
  readonly group: StreamGroup;
  readonly leaseMs: number;
  readonly onBegin: () => void;
  /** It may be another's turn by now. */
  readonly onEnd: () => void;
}

/** How often the turn is asked for, and renewed. */
const longestPauseMs = 500;

/**
 * Whose turn it is among the members of an exclusive group: one at a time has a lease on it, which it renews four times
 * or more within its time. It counts from when it was asked for, so it is over here before it is at the server.
 */
export class ExclusiveTurn {
  readonly token: string = crypto.randomUUID();
  readonly #parts: ExclusiveTurnParts;
  readonly #pauseMs: number;
  #until = Number.NEGATIVE_INFINITY;
  #begun = false;
  #pause: NodeJS.Timeout | undefined;
  #over: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: ExclusiveTurnParts) {
    this.#parts = parts;
    this.#pauseMs = Math.min(longestPauseMs, parts.leaseMs / 4);
  }

  /** Whether it surely is now, also in a process that was paused. */
  get isOurs(): boolean {
    return performance.now() < this.#until;
  }

  /** Resolves when it is known for the first time whose turn it is, or the server cannot be asked. */
  start(): Promise<void> {
    this.#asking = this.#ask().finally(() => {
      if (!this.#stopped) this.#pause = setTimeout(() => void this.start(), this.#pauseMs);
    });
    return this.#asking;
  }

  /** To be called when the server says that it is another's. */
  end(): void {
    clearTimeout(this.#over);
    this.#until = Number.NEGATIVE_INFINITY;
    if (!this.#begun) return;
    this.#begun = false;
    this.#parts.onEnd();
  }

  /** For good; nothing is told. The server counts it as ours until its time is over, unless it is given back. */
  async stop(givesBack: boolean): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#pause);
    clearTimeout(this.#over);
    this.#begun = false;
    if (!givesBack) return;
    await this.#asking;
    await this.#parts.group.giveTurnBack(this.token);
  }

  async #ask(): Promise<void> {
    const { group, leaseMs } = this.#parts;
    const askedAt = performance.now();
    try {
      const turn = await group.takeTurn(this.token, leaseMs);
      // Another may have had it meanwhile, or it was over here for a moment: what was held before is no longer.
      if (turn !== "kept" || !this.isOurs) this.end();
      if (turn !== "another's" && !this.#stopped) this.#begin(askedAt + leaseMs);
    } catch {
      // Nobody knows: it stays ours until its time is over.
    }
  }

  #begin(until: number): void {
    const leftMs = until - performance.now();
    if (leftMs <= 0) return;
    this.#until = until;
    clearTimeout(this.#over);
    this.#over = setTimeout(() => this.end(), leftMs);
    if (this.#begun) return;
    this.#begun = true;
    this.#parts.onBegin();
  }
}
