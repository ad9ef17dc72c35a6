import { Buffer } from "node:buffer";
import type { DeadLetter, DeadLetterStore } from "../broker.js";
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
      for await (const { letter } of this.#read(place, listener)) letters.push(letter);
    }
    return letters;
  }

  async replay(listener: string, id: string): Promise<boolean> {
    return this.#onFirst(listener, id, async ({ link, keys }, stored) => {
      const words = [keys.dead(listener), keys.retry(stored.group), stored.id];
      return Number(await link.call("EVAL", replayScript, 2, ...words)) > 0;
    });
  }

  discard(listener: string, id: string): Promise<boolean> {
    return this.#onFirst(listener, id, async ({ link, keys }, stored) => {
      return Number(await link.call("XDEL", keys.dead(listener), stored.id)) > 0;
    });
  }

  async #onFirst(
    listener: string,
    id: string,
    change: (place: Place, stored: Stored) => Promise<boolean>,
  ): Promise<boolean> {
    for (const place of await this.#places(listener)) {
      for await (const stored of this.#read(place, listener)) {
        if (stored.letter.id === id) return change(place, stored);
      }
    }
    return false;
  }

  async #places(listener: string): Promise<readonly Place[]> {
    const known = this.#keys.streamsOf(listener);
    const streams = asList(await this.#linkOf(known).call("SMEMBERS", known)).map(textOf);
    return streams
      .toSorted()
      .map((stream) => ({ link: this.#linkOf(stream), keys: this.#keys.ofStream(stream) }));
  }

  /** Oldest first. */
  async *#read({ link, keys }: Place, listener: string): AsyncGenerator<Stored> {
    for (let from = "-"; ; ) {
      const entries = asList(await link.call("XRANGE", keys.dead(listener), from, "+", "COUNT", page));
      for (const entry of entries) {
        const [id, fields] = asList(entry);
        const [, letter, , document] = asList(fields);
        const stored = decodeLetter(textOf(id), textOf(letter), document);
        from = `(${stored.id}`;
        yield stored;
      }
      if (entries.length < page) return;
    }
  }
}

function decodeLetter(id: string, text: string, document: unknown): Stored {
  const { group, place, ...letter } = JSON.parse(text);
  const bytes = Buffer.isBuffer(document) ? document : Buffer.alloc(0);
  return { id, group, letter: { ...letter, message: new DocumentReader().read(bytes, place) } };
}
