import type { DeadLetter, DeadLetterStore, LetterFilter } from "../broker.js";
import type { AmqpMessage } from "./amqp-client.js";
import { ownHeaders, readMessage, readOwnHeader, withOwnHeaders } from "./amqp-delivery.js";
import { readDeadLetter } from "./dead-letter-header.js";
import { InTurn } from "./in-turn.js";
import type { DirectoryParts, ListenerDirectory, ListenerQueue } from "./listener-directory.js";
import { type QueueReading, readQueue } from "./read-queue.js";

/** One letter as it lies in its queue. */
interface Found {
  readonly raw: AmqpMessage;
  readonly letter: DeadLetter;
}

/** Letters that a list has of each queue, at most. */
const mostListed = 10_000;

/**
 * Dead letters by listener. A queue cannot be read without taking from it: a call takes all and
 * gives back what stays, so calls come one after the other, and two processes that look at once each see a part.
 */
export class DeadLetterQueues implements DeadLetterStore {
  readonly #parts: DirectoryParts;
  readonly #directory: ListenerDirectory;
  readonly #turns = new InTurn();

  constructor(parts: DirectoryParts, directory: ListenerDirectory) {
    this.#parts = parts;
    this.#directory = directory;
  }

  /** Oldest first; 10 000 of each queue at most. */
  list(listener: string): Promise<readonly DeadLetter[]> {
    return this.#turns.run(async () => {
      const letters: DeadLetter[] = [];
      for (const queue of await this.#directory.find(listener)) {
        for await (const burst of this.#read(queue, { most: mostListed, removes: false })) {
          for (const { letter } of burst.letters) letters.push(letter);
        }
      }
      return letters;
    });
  }

  replay(listener: string, fits: LetterFilter, most?: number): Promise<number> {
    return this.#remove(listener, fits, most, async ({ raw, letter }, { queue }) => {
      const headers = { [ownHeaders.address]: letter.message.address };
      await this.#parts.publisher().sendTo(queue, raw.content, withOwnHeaders(raw, headers));
    });
  }

  discard(listener: string, fits: LetterFilter, most?: number): Promise<number> {
    return this.#remove(listener, fits, most, () => Promise.resolve());
  }

  /** Removes letters, each once something was done with it. */
  #remove(
    listener: string,
    fits: LetterFilter,
    most = Number.POSITIVE_INFINITY,
    before: (found: Found, queue: ListenerQueue) => Promise<void>,
  ): Promise<number> {
    return this.#turns.run(async () => {
      let removed = 0;
      for (const queue of await this.#directory.find(listener)) {
        if (removed >= most) break;
        for await (const { letters, remove } of this.#read(queue, { removes: true })) {
          const chosen = letters.filter(({ letter }) => fits(letter)).slice(0, most - removed);
          const ends = await Promise.allSettled(chosen.map((found) => before(found, queue)));
          const done = chosen.filter((_, index) => ends[index]?.status === "fulfilled");
          remove(done);
          for (const end of ends) if (end.status === "rejected") throw end.reason;
          removed += done.length;
          if (removed >= most) break;
        }
      }
      return removed;
    });
  }

  async *#read(
    queue: ListenerQueue,
    how: Pick<QueueReading, "most" | "removes">,
  ): AsyncGenerator<LetterBurst> {
    if (queue.dead === undefined) return;
    const { client, counts } = this.#parts;
    let position = 0;
    const read = (raw: AmqpMessage): Found => {
      const header = readOwnHeader(raw, "deadLetter");
      return { raw, letter: readDeadLetter(header, readMessage(raw, queue), queue.listener, ++position) };
    };
    for await (const burst of readQueue({ client, counts, queue: queue.dead, ...how })) {
      const remove = (found: readonly Found[]) => burst.remove(found.map(({ raw }) => raw));
      yield { letters: burst.messages.map(read), remove };
    }
  }
}

interface LetterBurst {
  readonly letters: readonly Found[];
  readonly remove: (found: readonly Found[]) => void;
}
