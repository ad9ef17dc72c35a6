import type { Broker, DeadLetter, DeadLetterStore, LetterFilter } from "../broker/broker.js";
import type { Channel } from "../contract/channel.js";
import { BusError, PublishError } from "../errors.js";
import type { Routes } from "../routes.js";

export interface ReplayTo {
  readonly listener: string;
  /** Of the dead letter. */
  readonly id: string;
  readonly channel: Channel<unknown>;
  readonly parameters: unknown;
}

/** What `bus.deadLetters` does, over the stores of all brokers. */
export class LetterCalls {
  readonly #routes: Routes;
  readonly #stores: readonly DeadLetterStore[];

  /** @throws BusError `FEATURE_MISSING` when no broker keeps dead letters */
  constructor(routes: Routes) {
    this.#routes = routes;
    this.#stores = routes.brokers.flatMap(({ deadLetters }: Broker) => deadLetters ?? []);
    if (this.#stores.length > 0) return;
    throw new BusError("FEATURE_MISSING", "cannot read dead letters: no broker of the bus keeps any");
  }

  async list(listener: string): Promise<readonly DeadLetter[]> {
    const lists = await Promise.all(this.#stores.map((store) => store.list(listener)));
    return lists.flat();
  }

  /** Whether there was such a letter. */
  async changeOne(change: "replay" | "discard", listener: string, id: string): Promise<boolean> {
    return (await this.change(change, listener, (letter) => letter.id === id, 1)) > 0;
  }

  /** How many fitted, `most` at most. */
  async change(
    change: "replay" | "discard",
    listener: string,
    fits: LetterFilter,
    most: number = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    let changed = 0;
    for (const store of this.#stores) {
      changed += await store[change](listener, fits, most - changed);
    }
    return changed;
  }

  /** Sends a dead letter to another channel, and discards it once it was taken. False when there is none. @throws PublishError */
  async replayTo({ listener, id, channel, parameters }: ReplayTo): Promise<boolean> {
    const address = addressOf(channel, parameters);
    const letter = (await this.list(listener)).find((one) => one.id === id);
    if (letter === undefined) return false;
    const { kind, type, attributes, body } = letter.message;
    const { name, durable } = channel;
    const place = { address, channel: name, durable };
    for (const broker of this.#routes.of(name)) {
      const flags = { isReplay: true, expectsReply: false, cancelled: false, written: false };
      await broker.publish({ kind, type, attributes, body, ...place, ...flags });
    }
    return this.changeOne("discard", listener, id);
  }
}

function addressOf(channel: Channel<unknown>, parameters: unknown): string {
  const address = channel.fill(parameters);
  if (typeof address === "string") return address;
  const problem = `parameters ${address.path}: expected ${address.expected}, got ${address.got}`;
  const message = `cannot replay to ${channel.name}: ${problem}`;
  throw new PublishError("PUBLISH_INVALID", message, { outcome: "refused" });
}
