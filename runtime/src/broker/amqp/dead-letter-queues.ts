import type { DeadLetter, DeadLetterStore } from "../broker.js";
import type { AmqpChannel, AmqpMessage } from "./amqp-client.js";
import { ownHeaders, readMessage, readOwnHeader, withOwnHeaders } from "./amqp-delivery.js";
import { closeChannel, openChannel } from "./amqp-topology.js";
import { readDeadLetter } from "./dead-letter-header.js";
import { InTurn } from "./in-turn.js";
import type { DirectoryParts, ListenerDirectory, ListenerQueue } from "./listener-directory.js";

/** One letter as it lies in its queue. */
interface Found {
  readonly raw: AmqpMessage;
  readonly letter: DeadLetter;
}

/** Letters that one call looks through, at most. */
const mostLetters = 10_000;

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
        await this.#look(queue, (found) => {
          letters.push(found.letter);
          return false;
        });
      }
      return letters;
    });
  }

  replay(listener: string, id: string): Promise<boolean> {
    return this.#remove(listener, id, async ({ raw, letter }, { queue }) => {
      const headers = { [ownHeaders.address]: letter.message.address };
      await this.#parts.publisher().sendTo(queue, raw.content, withOwnHeaders(raw, headers));
    });
  }

  discard(listener: string, id: string): Promise<boolean> {
    return this.#remove(listener, id, () => Promise.resolve());
  }

  /** Removes one letter, once something was done with it. */
  #remove(
    listener: string,
    id: string,
    before: (found: Found, queue: ListenerQueue) => Promise<void>,
  ): Promise<boolean> {
    return this.#turns.run(async () => {
      for (const queue of await this.#directory.find(listener)) {
        const isThere = await this.#look(queue, async (found, channel) => {
          if (found.letter.id !== id) return false;
          await before(found, queue);
          channel.ack(found.raw);
          return true;
        });
        if (isThere) return true;
      }
      return false;
    });
  }

  /** Shows one letter after the other until one was it; whatever is not acknowledged goes back to its place. */
  async #look(
    queue: ListenerQueue,
    isIt: (found: Found, channel: AmqpChannel) => boolean | Promise<boolean>,
  ): Promise<boolean> {
    if (queue.dead === undefined) return false;
    const channel = await openChannel(this.#parts.client());
    try {
      for (let position = 1; position <= mostLetters; position++) {
        const raw = await channel.get(queue.dead);
        if (raw === false) return false;
        const header = readOwnHeader(raw, "deadLetter");
        const letter = readDeadLetter(header, readMessage(raw, queue), queue.listener, position);
        if (await isIt({ raw, letter }, channel)) return true;
      }
      return false;
    } finally {
      await closeChannel(channel);
    }
  }
}
