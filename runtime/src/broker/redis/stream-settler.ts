import { BrokerError } from "../../errors.js";
import { isReplyError, passingCodes, replyCode } from "./redis-client.js";
import type { StreamEntry } from "./stream-entry.js";
import type { Again, StreamGroup } from "./stream-group.js";

const pauseMs = 200;

/**
 * Tells the server what became of entries, those of a turn together. What could not be told is told again until it is:
 * each such call has its effect once, however often it is made.
 */
export class StreamSettler {
  readonly #group: StreamGroup;
  readonly #onReport: (error: unknown) => void;
  #acks: { readonly [kind in "fresh" | "retried"]: string[] } = { fresh: [], retried: [] };
  #again: Again[] = [];
  readonly #open = new Set<Promise<void>>();
  #abandoned = false;

  constructor(group: StreamGroup, onReport: (error: unknown) => void) {
    this.#group = group;
    this.#onReport = onReport;
  }

  /** Whether there is something to flush. */
  get due(): boolean {
    return this.#acks.fresh.length + this.#acks.retried.length + this.#again.length > 0;
  }

  ack({ id, retried }: StreamEntry): void {
    this.#acks[retried ? "retried" : "fresh"].push(id);
  }

  giveBack(again: Again): void {
    this.#again.push(again);
  }

  later(again: Again, delayMs: number): Promise<void> {
    return this.#certainly(() => this.#group.later(again, delayMs));
  }

  /** @throws when the server refuses */
  bury(entry: StreamEntry, listener: string, letter: string): Promise<void> {
    return this.#certainly(() => this.#group.bury(entry, listener, letter));
  }

  /** Sends what has come together. */
  flush(): void {
    const { fresh, retried } = this.#acks;
    this.#acks = { fresh: [], retried: [] };
    const again = this.#again;
    this.#again = [];
    if (fresh.length > 0) this.#inBackground(() => this.#group.ack(fresh, false));
    if (retried.length > 0) this.#inBackground(() => this.#group.ack(retried, true));
    for (const isRetry of [true, false]) {
      const some = again.filter(({ entry }) => entry.retried === isRetry);
      if (some.length > 0) this.#inBackground(() => this.#giveBack(some, isRetry));
    }
  }

  /** Whether everything is told; what is not by `timeoutMs` never is. */
  async close(timeoutMs: number): Promise<boolean> {
    this.flush();
    const timer = setTimeout(() => {
      this.#abandoned = true;
    }, timeoutMs);
    while (this.#open.size > 0 && !this.#abandoned) await Promise.race([...this.#open, wait(pauseMs)]);
    const told = !this.#abandoned;
    this.#abandoned = true;
    clearTimeout(timer);
    return told;
  }

  async #giveBack(again: readonly Again[], retried: boolean): Promise<void> {
    const lost = await this.#group.giveBack(again, retried);
    if (lost.length > 0) this.#onReport(lostError(this.#group, lost));
  }

  #inBackground(tell: () => Promise<void>): void {
    this.#certainly(tell).catch(this.#onReport);
  }

  /** Until it is answered, or refused for good. */
  #certainly(tell: () => Promise<void>): Promise<void> {
    const told = this.#repeat(tell);
    const settled = told.then(
      () => {},
      () => {},
    );
    this.#open.add(settled);
    void settled.then(() => this.#open.delete(settled));
    return told;
  }

  async #repeat(tell: () => Promise<void>): Promise<void> {
    while (!this.#abandoned) {
      try {
        return await tell();
      } catch (error) {
        if (isReplyError(error) && !passingCodes.has(replyCode(error))) throw error;
      }
      await wait(pauseMs);
    }
  }
}

/** What the server lost before its listener had handled it. */
export function lostError({ keys, group }: StreamGroup, ids: readonly string[]): BrokerError {
  return new BrokerError(
    "BROKER_FAILED",
    `lost ${ids.length} events for ${group}: the server removed entries from ${keys.stream} before they were handled: ${ids.join(" ")}`,
  );
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
