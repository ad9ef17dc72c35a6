import { Buffer } from "node:buffer";
import type { DeadLetter, DeadLetterStore, LetterFilter } from "../broker.js";
import { DocumentReader } from "./document-reader.js";
import type { RedisKeys, StreamKeys } from "./redis-keys.js";
import { replayScript } from "./redis-scripts.js";
import type { CommandLink } from "./redis-servers.js";
import { asList, textOf } from "./stream-entry.js";

/** Letters that are read at once. */
const page = 500;

interface Place {
  readonly link: CommandLink;
  readonly keys: StreamKeys;
}

interface Stored {
  readonly id: string;
  readonly group: string;
  readonly letter: DeadLetter;
}

/** All of a letter but its original, which lies beside it as it came. */
export function encodeLetter({ message, ...letter }: DeadLetter, group: string): string {
  const { address, channel, durable, kind } = message;
  return JSON.stringify({ ...letter, group, place: { address, channel, durable, kind } });
}

/** Dead letters on the server: one stream for each listener and stream. */
export class RedisDeadLetters implements DeadLetterStore {
  readonly #keys: RedisKeys;
  readonly #linkOf: (key: string) => CommandLink;

  constructor(keys: RedisKeys, linkOf: (key: string) => CommandLink) {
    this.#keys = keys;
    this.#linkOf = linkOf;
  }

  async list(listener: string): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (const place of await this.#places(listener)) {
      for await (const page of this.#pages(place, listener)) {
        for (const { letter } of page) letters.push(letter);
      }
    }
    return letters;
  }

  replay(listener: string, fits: LetterFilter, most?: number): Promise<number> {
    return this.#change(listener, fits, most, async ({ link, keys }, { id, group }) => {
      return Number(await link.call("EVAL", replayScript, 2, keys.dead(listener), keys.retry(group), id));
    });
  }

  discard(listener: string, fits: LetterFilter, most?: number): Promise<number> {
    return this.#change(listener, fits, most, async ({ link, keys }, { id }) => {
      return Number(await link.call("XDEL", keys.dead(listener), id));
    });
  }

  /** `change` gives 1 when it did what it should, 0 when somebody was quicker. */
  async #change(
    listener: string,
    fits: LetterFilter,
    most = Number.POSITIVE_INFINITY,
    change: (place: Place, stored: Stored) => Promise<number>,
  ): Promise<number> {
    let changed = 0;
    for (const place of await this.#places(listener)) {
      for await (const page of this.#pages(place, listener)) {
        const chosen = page.filter(({ letter }) => fits(letter)).slice(0, most - changed);
        const counts = await Promise.all(chosen.map((stored) => change(place, stored)));
        changed += counts.reduce((sum, count) => sum + count, 0);
        if (changed >= most) return changed;
      }
    }
    return changed;
  }

  async #places(listener: string): Promise<readonly Place[]> {
    const known = this.#keys.streamsOf(listener);
    const streams = asList(await this.#linkOf(known).call("SMEMBERS", known)).map(textOf);
    return streams
      .toSorted()
      .map((stream) => ({ link: this.#linkOf(stream), keys: this.#keys.ofStream(stream) }));
  }

  /** Oldest first, up to the one that is the last now. */
  async *#pages({ link, keys }: Place, listener: string): AsyncGenerator<readonly Stored[]> {
    const key = keys.dead(listener);
    const [last] = asList(await link.call("XREVRANGE", key, "+", "-", "COUNT", 1)).map(decodeLetter);
    for (let from = "-"; last !== undefined; ) {
      const entries = asList(await link.call("XRANGE", key, from, last.id, "COUNT", page));
      const letters = entries.map(decodeLetter);
      yield letters;
      if (letters.length < page) return;
      from = `(${letters.at(-1)?.id}`;
    }
  }
}

function decodeLetter(entry: unknown): Stored {
  const [id, fields] = asList(entry);
  const [, text, , document] = asList(fields);
  const { group, place, ...letter } = JSON.parse(textOf(text));
  const bytes = Buffer.isBuffer(document) ? document : Buffer.alloc(0);
  return { id: textOf(id), group, letter: { ...letter, message: new DocumentReader().read(bytes, place) } };
}
