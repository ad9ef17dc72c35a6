import { BrokerError } from "../../errors.js";
import type { GroupTakes } from "./group-takes.js";
import { isReplyError, passingCodes, replyCode } from "./redis-client.js";
import type { CommandLink } from "./redis-servers.js";
import type { StreamEntry } from "./stream-entry.js";
import type { Again, StreamGroup } from "./stream-group.js";

export interface StreamSettlerParts {
  readonly group: StreamGroup;
  /** Nothing for a group whose members cannot differ. */
  readonly takes: GroupTakes | undefined;
  /** Told of entries that were passed over, when members have come meanwhile who may take them. */
  readonly onUnsure: (entries: readonly StreamEntry[]) => void;
  readonly onReport: (error: unknown) => void;
}

type StreamId = Pick<StreamEntry, "id" | "retried">;

const pauseMs = 200;

/**
 * Tells the server what became of entries, those of a turn together. What could not be told is told again until it is:
 * each such call has its effect once, however often it is made.
 */
export class StreamSettler {
  readonly #parts: StreamSettlerParts;
  readonly #group: StreamGroup;
  readonly #onReport: (error: unknown) => void;
  #acks: StreamId[] = [];
  #passed: StreamEntry[] = [];
  /** By which the first of them was judged. */
  #passedBy = "";
  #again: Again[] = [];
  readonly #open = new Set<Promise<void>>();
  /** Entries that the server is being told of. */
  readonly #telling = new Set<readonly StreamId[]>();
  #abandoned = false;

  constructor(parts: StreamSettlerParts) {
    this.#parts = parts;
    this.#group = parts.group;
    this.#onReport = parts.onReport;
  }

  /** Ids that the server still counts as held. */
  ids(retried: boolean): readonly string[] {
    const all = [
      ...this.#acks,
      ...this.#passed,
      ...this.#again.map(({ entry }) => entry),
      ...[...this.#telling].flat(),
    ];
    return all.filter((one) => one.retried === retried).map(({ id }) => id);
  }

  ack({ id, retried }: StreamEntry): void {
    this.#acks.push({ id, retried });
  }

  /** As {@link ack}, for an entry that nobody in the group takes. */
  pass(entry: StreamEntry): void {
    const { takes } = this.#parts;
    if (takes === undefined) {
      this.ack(entry);
      return;
    }
    if (this.#passed.length === 0) this.#passedBy = takes.version;
    this.#passed.push(entry);
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

  /** Sends what has come together; acknowledgements over another connection to the same server where one is given. */
  flush(link?: CommandLink): void {
    const [acks, passed, again] = [this.#acks, this.#passed, this.#again];
    this.#acks = [];
    this.#passed = [];
    this.#again = [];
    for (const isRetry of [false, true]) {
      const acked = acks.filter(({ retried }) => retried === isRetry);
      if (acked.length > 0) this.#ack(acked, isRetry, link);
      const some = passed.filter(({ retried }) => retried === isRetry);
      const version = this.#passedBy;
      if (some.length > 0) this.#inBackground(some, () => this.#pass(some, isRetry, version));
    }
    for (const isRetry of [true, false]) {
      const some = again.filter(({ entry }) => entry.retried === isRetry);
      if (some.length === 0) continue;
      const entries = some.map(({ entry }) => entry);
      this.#inBackground(entries, () => this.#giveBack(some, isRetry));
    }
  }

  /** Resolves when the server knows of all that was settled before. */
  async told(): Promise<void> {
    this.flush();
    await Promise.all(this.#open);
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

  async #pass(entries: readonly StreamEntry[], retried: boolean, version: string): Promise<void> {
    const { takes, onUnsure } = this.#parts;
    const { group } = this.#group;
    const ids = entries.map(({ id }) => id);
    const passing = { streams: this.#group.streams(retried), group, version, ids };
    if (takes !== undefined && !(await takes.pass(passing))) onUnsure(entries);
  }

  #ack(acked: readonly StreamId[], retried: boolean, link: CommandLink | undefined): void {
    const ids = acked.map(({ id }) => id);
    let first = link;
    this.#inBackground(acked, () => {
      const via = first;
      first = undefined;
      return this.#group.ack(ids, retried, via);
    });
  }

  #inBackground(entries: readonly StreamId[], tell: () => Promise<void>): void {
    this.#telling.add(entries);
    this.#certainly(tell)
      .catch(this.#onReport)
      .finally(() => this.#telling.delete(entries));
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
