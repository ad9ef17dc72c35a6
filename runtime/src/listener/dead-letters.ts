import type { Broker, DeadLetter, DeadLetterStore } from "../broker/broker.js";
import type { CallArguments } from "../contract/bus.js";
import type { Channel } from "../contract/channel.js";
import { BusError } from "../errors.js";
import type { Routes } from "../routes.js";

/** The dead letters of a bus's listeners, on all its brokers. */
export class DeadLetters implements DeadLetterStore {
  readonly #routes: Routes;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  /** Oldest first. */
  async list(listener: string): Promise<readonly DeadLetter[]> {
    const lists = await Promise.all(this.#stores().map((store) => store.list(listener)));
    return lists.flat();
  }

  async replay(listener: string, id: string): Promise<boolean> {
    for (const store of this.#stores()) if (await store.replay(listener, id)) return true;
    return false;
  }

  /** Replays those that fit; gives their number. */
  async replayAll(listener: string, fits: (letter: DeadLetter) => boolean = () => true): Promise<number> {
    let replayed = 0;
    for (const letter of await this.list(listener)) {
      if (fits(letter) && (await this.replay(listener, letter.id))) replayed++;
    }
    return replayed;
  }

  /**
   * Sends it to another channel instead, to all who listen there, and discards it once it was taken. False when there is
   * no such letter.
   *
   * @throws PublishError with the outcome `refused` for parameters that do not fit the channel, or from the broker
   */
  async replayTo<Parameters>(
    listener: string,
    id: string,
    channel: Channel<Parameters>,
    ...[parameters]: CallArguments<NoInfer<Parameters>, never>
  ): Promise<boolean> {
    const { replayTo } = await import("./replay-to.js");
    return replayTo({ stores: this.#stores(), routes: this.#routes, listener, id, channel, parameters });
  }

  async discard(listener: string, id: string): Promise<boolean> {
    for (const store of this.#stores()) if (await store.discard(listener, id)) return true;
    return false;
  }

  #stores(): readonly DeadLetterStore[] {
    const stores = this.#routes.brokers.flatMap(({ deadLetters }: Broker) => deadLetters ?? []);
    if (stores.length > 0) return stores;
    throw new BusError("FEATURE_MISSING", "cannot read dead letters: no broker of the bus keeps any");
  }
}
