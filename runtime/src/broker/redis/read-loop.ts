import type { ExclusiveTurn } from "./exclusive-turn.js";
import type { HeldEntries } from "./held-entries.js";
import { ReadPace } from "./read-pace.js";
import { readEntries, type StreamEntry } from "./stream-entry.js";
import type { StreamGroup } from "./stream-group.js";
import type { StreamReader } from "./stream-reader.js";
import type { StreamSettler } from "./stream-settler.js";

export interface ReadLoopParts {
  readonly group: StreamGroup;
  readonly reader: StreamReader;
  readonly held: HeldEntries;
  readonly settler: StreamSettler;
  /** Of a member of an exclusive group. */
  readonly turn: () => ExclusiveTurn | undefined;
  /** At the end of a turn of the event loop, before anything is read. */
  readonly onTurn: () => void;
  readonly mayRead: () => boolean;
  readonly onEntries: (entries: readonly StreamEntry[]) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Most entries of one read. */
const longestRead = 1_000;

/** Reads what there is room for, one read at a time; it leaves in one write with what the server is to be told. */
export class ReadLoop {
  readonly #parts: ReadLoopParts;
  readonly #pace = new ReadPace();
  #isDue = false;

  constructor(parts: ReadLoopParts) {
    this.#parts = parts;
  }

  /** To be called whenever there may be something to read or to tell: what comes together in a turn makes one write. */
  wake(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#endTurn();
    });
  }

  /** To be told of entries, however they came. */
  received(entries: readonly StreamEntry[]): void {
    this.#pace.received(entries);
    this.wake();
  }

  #endTurn(): void {
    const { held, reader, settler, mayRead, onTurn } = this.#parts;
    onTurn();
    this.#pace.endTurn(held.isEmpty);
    const { times, mostAhead } = this.#pace;
    const count = Math.min(held.room(times), Math.max(held.room(1), mostAhead), longestRead);
    if (reader.isReading || !mayRead() || count <= 0) {
      settler.flush();
      return;
    }
    reader.together((link) => {
      settler.flush(link);
      void this.#read(count);
    });
  }

  async #read(count: number): Promise<void> {
    const { group, onEntries, onFailed } = this.#parts;
    try {
      onEntries(readEntries(await this.#readOnce(count), group.retryStream));
    } catch (error) {
      onFailed(error);
    }
    this.wake();
  }

  async #readOnce(count: number): Promise<unknown> {
    const { group, reader, turn } = this.#parts;
    const ours = turn();
    if (ours === undefined) return reader.read(group, count);
    const reply = await reader.readInTurn(group, ours.token, count);
    if (reply === undefined) ours.end();
    return reply;
  }
}
