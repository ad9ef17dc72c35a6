import { BrokerError } from "../../errors.js";
import type { DeadLetter, DeadLetterStore } from "../broker.js";
import type { AmqpChannel, AmqpClient, AmqpMessage } from "./amqp-client.js";
import { ownHeaders, readMessage, withOwnHeaders } from "./amqp-delivery.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import type { AmqpSubscription } from "./amqp-subscription.js";
import { readDeadLetter } from "./dead-letter-header.js";

export interface DeadLetterParts {
  readonly publisher: () => AmqpPublisher;
  readonly client: () => AmqpClient | undefined;
  readonly subscriptions: () => Iterable<AmqpSubscription>;
}

/** One letter as it lies in its queue. */
interface Found {
  readonly raw: AmqpMessage;
  readonly letter: DeadLetter;
}

/** Letters that one call looks through, at most. */
const mostLetters = 10_000;

/**
 * The dead letters of listeners of this process. A queue cannot be read without taking from it: a call takes all and
 * gives back what stays, so calls come one after the other, and two processes that look at once each see a part.
 */
export class DeadLetterQueues implements DeadLetterStore {
  readonly #parts: DeadLetterParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: DeadLetterParts) {
    this.#parts = parts;
  }

  /** Oldest first; 10 000 of each queue at most. */
  list(listener: string): Promise<readonly DeadLetter[]> {
    return this.#inTurn(async () => {
      const letters: DeadLetter[] = [];
      for (const subscription of this.#named(listener)) {
        await this.#look(subscription, (found) => {
          letters.push(found.letter);
          return false;
        });
      }
      return letters;
    });
  }

  replay(listener: string, id: string): Promise<boolean> {
    return this.#remove(listener, id, async ({ raw, letter }, { topology }) => {
      const headers = { [ownHeaders.address]: letter.message.address };
      await this.#parts.publisher().sendTo(topology.queue.name, raw.content, withOwnHeaders(raw, headers));
    });
  }

  discard(listener: string, id: string): Promise<boolean> {
    return this.#remove(listener, id, () => Promise.resolve());
  }

  /** Removes one letter, once something was done with it. */
  #remove(
    listener: string,
    id: string,
    before: (found: Found, subscription: AmqpSubscription) => Promise<void>,
  ): Promise<boolean> {
    return this.#inTurn(async () => {
      for (const subscription of this.#named(listener)) {
        const isThere = await this.#look(subscription, async (found, channel) => {
          if (found.letter.id !== id) return false;
          await before(found, subscription);
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
    { topology, options }: AmqpSubscription,
    isIt: (found: Found, channel: AmqpChannel) => boolean | Promise<boolean>,
  ): Promise<boolean> {
    if (topology.dead === undefined) return false;
    const channel = await this.#channel();
    try {
      for (let position = 1; position <= mostLetters; position++) {
        const raw = await channel.get(topology.dead.name);
        if (raw === false) return false;
        const header = raw.properties.headers?.[ownHeaders.deadLetter];
        const letter = readDeadLetter(header, readMessage(raw, options), options.name, position);
        if (await isIt({ raw, letter }, channel)) return true;
      }
      return false;
    } finally {
      await channel.close();
    }
  }

  async #channel(): Promise<AmqpChannel> {
    const client = this.#parts.client();
    if (client === undefined) {
      throw new BrokerError("BROKER_FAILED", "cannot read dead letters: the connection is away");
    }
    const channel = await client.createChannel();
    channel.on("error", () => {}); // told by the call that fails
    return channel;
  }

  #named(listener: string): readonly AmqpSubscription[] {
    const byQueue = new Map<string, AmqpSubscription>();
    for (const subscription of this.#parts.subscriptions()) {
      const { topology, options } = subscription;
      if (options.name === listener) byQueue.set(topology.queue.name, subscription);
    }
    return [...byQueue.values()];
  }

  /** One call after the other. */
  #inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(call);
    this.#last = result.catch(() => {});
    return result;
  }
}
