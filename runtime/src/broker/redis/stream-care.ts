import { DueTimer } from "./due-timer.js";
import type { GroupTakes } from "./group-takes.js";
import { NotSentError } from "./redis-link.js";
import type { Recovered, StreamEntry } from "./stream-entry.js";
import type { StreamGroup } from "./stream-group.js";

export interface StreamCareParts {
  readonly group: StreamGroup;
  readonly takes: GroupTakes | undefined;
  readonly leaseMs: number;
  /** How long events are kept that all have handled. */
  readonly retainMs: number;
  /** Whether the streams are to vanish when nobody cares for them any more. */
  readonly isFleeting: boolean;
  /** Ids that are held, of the retry stream or of the other. */
  readonly held: (retried: boolean) => readonly string[];
  readonly take: (recovered: Recovered) => void;
  /** Whether this member may take anything; of an exclusive group one alone may. */
  readonly mayTake: () => boolean;
  /** Resolves when the server knows of all that is settled here. */
  readonly told: () => Promise<void>;
  /** Nothing is left that another has held. */
  readonly onTakenOver: () => void;
  /** Told of what failed, but not of what was not even sent: it is tried again at the next tick. */
  readonly onFailed: (error: unknown) => void;
}

/** How often others' leases, due retries and the stream's length are looked at. */
const longestTickMs = 2_000;

/** Members that were not seen for this long, and hold nothing, are removed. */
const forgetAfterMs = 3_600_000;

/** Streams that vanish do so this long after the last member has died. */
const expireAfterMs = 60_000;

/** What a consumer does by the clock: renews leases, takes over what others have left, moves what is due, trims. */
export class StreamCare {
  readonly #parts: StreamCareParts;
  readonly #tickMs: number;
  #tick: NodeJS.Timeout | undefined;
  readonly #due = new DueTimer(() => this.#work(() => this.#moveDue()));
  #renewing: Promise<void> = Promise.resolve();
  #renewedAt = 0;
  #forgotAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  /** An entry of one that died. The next is taken when it is settled: if it kills this process, it does so alone. */
  #suspect: StreamEntry | undefined;
  #takingOver = false;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: StreamCareParts) {
    this.#parts = parts;
    this.#tickMs = Math.min(longestTickMs, parts.leaseMs / 4);
  }

  start(): void {
    if (this.#tick !== undefined || this.#stopped) return;
    this.#tick = setInterval(() => this.#work(() => this.#look()), this.#tickMs);
    this.#work(() => this.#look());
  }

  /** Renews the leases of what is held, and takes what was given to this consumer under earlier names. */
  renew(): Promise<void> {
    // One after the other: what one is about to take the next must know of.
    const renewed = this.#renewing.then(() => this.#renew());
    this.#renewing = renewed.catch(() => {});
    return renewed;
  }

  /** A retry of this consumer's own will be due. */
  dueIn(delayMs: number): void {
    this.#due.dueIn(delayMs);
  }

  settled(entry: StreamEntry): void {
    if (entry !== this.#suspect) return;
    this.#suspect = undefined;
    this.#work(() => (this.#takingOver ? this.#takeNext() : this.#claim()));
  }

  get isTakingOver(): boolean {
    return this.#takingOver;
  }

  /** Takes over all that any member of the group holds, one after the other; this one holds nothing. */
  takeOver(): void {
    this.#suspect = undefined;
    this.#takingOver = true;
    this.#work(() => this.#takeNext());
  }

  /** Nothing is held any more. */
  endTakingOver(): void {
    this.#suspect = undefined;
    this.#takingOver = false;
  }

  /** From here on nothing is taken; what is held may still be settled. */
  stop(): void {
    this.#stopped = true;
    this.#due.stop();
  }

  /** Leases are kept until here. */
  close(): void {
    this.stop();
    clearInterval(this.#tick);
  }

  /** One piece of work after the other. */
  #work(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => {
      if (!(error instanceof NotSentError)) this.#parts.onFailed(error);
    });
  }

  async #look(): Promise<void> {
    const { group, leaseMs } = this.#parts;
    const isDue = performance.now() - this.#renewedAt >= leaseMs / 3;
    if (isDue || group.names.earlier.length > 0) await this.renew();
    if (this.#stopped) return;
    await (this.#takingOver ? this.#takeNext() : this.#claim());
    await this.#moveDue();
    await group.trim(this.#parts.retainMs);
    // Whatever stands in the way of this stands in the way of the rest, or it is tried again.
    await this.#parts.takes?.sayAgain().catch(() => {});
    if (this.#parts.isFleeting) await group.expire(expireAfterMs);
    if (performance.now() - this.#forgotAt < forgetAfterMs / 60) return;
    this.#forgotAt = performance.now();
    await group.forgetConsumers(forgetAfterMs);
    await group.forgetGroups();
  }

  async #renew(): Promise<void> {
    const { group, held, take } = this.#parts;
    const { names } = group;
    const [askedAt, earlier] = [performance.now(), names.earlier];
    for (const retried of [true, false]) take(await group.renew(held(retried), retried));
    this.#renewedAt = askedAt;
    await group.forgetNames(names.seen(earlier, askedAt));
  }

  async #claim(): Promise<void> {
    const { group, leaseMs, take } = this.#parts;
    for (const retried of [false, true]) {
      if (this.#stopped || this.#suspect !== undefined || !this.#parts.mayTake()) return;
      const recovered = await group.claim(leaseMs, 1, retried);
      this.#suspect = recovered.entries[0];
      take(recovered);
    }
  }

  /** The next one that was held, first of those that come again: they are the older ones. */
  async #takeNext(): Promise<void> {
    const { group, take, mayTake, told, onTakenOver } = this.#parts;
    await told(); // what is settled here must not come again
    for (const retried of [true, false]) {
      if (this.#stopped || this.#suspect !== undefined || !this.#takingOver || !mayTake()) return;
      const recovered = await group.claim(0, 1, retried);
      if (!this.#takingOver) return;
      this.#suspect = recovered.entries[0];
      take(recovered);
      if (recovered.entries.length > 0) return;
      if (recovered.lost.length > 0) return this.#takeNext();
    }
    this.#takingOver = false;
    onTakenOver();
  }

  async #moveDue(): Promise<void> {
    if (this.#stopped) return;
    const { group } = this.#parts;
    for (const waitMs of await Promise.all([group.moveDue(), group.moveDelayed()])) {
      if (waitMs !== undefined) this.dueIn(waitMs);
    }
  }
}
