import type { DeadLetter, LetterFilter } from "../broker/broker.js";
import type { CallArguments } from "../contract/bus.js";
import type { Channel } from "../contract/channel.js";
import type { Routes } from "../routes.js";
import type { LetterCalls } from "./letter-calls.js";

/** The dead letters of a bus's listeners, on all its brokers. */
export class DeadLetters {
  readonly #routes: Routes;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  /** Oldest first. */
  async list(listener: string): Promise<readonly DeadLetter[]> {
    return (await this.#calls()).list(listener);
  }

  /** Sends a letter to its listener again, with attempts counted anew. False when there is no such letter. */
  async replay(listener: string, id: string): Promise<boolean> {
    return (await this.#calls()).changeOne("replay", listener, id);
  }

  /**
   * Replays those that fit, all by default, oldest first; gives their number. Each once, also if it fails again meanwhile:
   * then it is a new letter.
   */
  async replayAll(listener: string, fits: LetterFilter = () => true): Promise<number> {
    return (await this.#calls()).change("replay", listener, fits);
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
    return (await this.#calls()).replayTo({ listener, id, channel, parameters });
  }

  /** False when there is no such letter. */
  async discard(listener: string, id: string): Promise<boolean> {
    return (await this.#calls()).changeOne("discard", listener, id);
  }

  /** Discards those that fit; gives their number. */
  async discardAll(listener: string, fits: LetterFilter): Promise<number> {
    return (await this.#calls()).change("discard", listener, fits);
  }

  /** Most programs never look at them: what does is loaded then. */
  async #calls(): Promise<LetterCalls> {
    return new (await import("./letter-calls.js")).LetterCalls(this.#routes);
  }
}
