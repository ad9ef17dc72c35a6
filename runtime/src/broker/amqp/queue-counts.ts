import type { AmqpChannel, AmqpClient } from "./amqp-client.js";
import { isNotFound, openChannel } from "./amqp-topology.js";
import { InTurn } from "./in-turn.js";

/** Asks how many messages queues hold, one question after the other on one channel: a missing queue ends it. */
export class QueueCounts {
  readonly #client: () => AmqpClient;
  #asked: { readonly client: AmqpClient; readonly channel: AmqpChannel } | undefined;
  readonly #turns = new InTurn();

  constructor(client: () => AmqpClient) {
    this.#client = client;
  }

  /** Messages that no one holds; nothing when there is no such queue. */
  ready(queue: string): Promise<number | undefined> {
    return this.#turns.run(() => this.#ask(queue));
  }

  async #ask(queue: string): Promise<number | undefined> {
    try {
      const { messageCount } = await (await this.#channel()).checkQueue(queue);
      return messageCount;
    } catch (error) {
      this.#asked = undefined;
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #channel(): Promise<AmqpChannel> {
    const client = this.#client();
    if (this.#asked?.client !== client) this.#asked = { client, channel: await openChannel(client) };
    return this.#asked.channel;
  }
}
