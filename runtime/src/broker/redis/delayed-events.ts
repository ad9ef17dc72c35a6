import { DueTimer } from "./due-timer.js";
import type { StreamKeys } from "./redis-keys.js";
import { dueEventsScript } from "./redis-scripts.js";
import type { CommandLink } from "./redis-servers.js";

/** Most events that are moved by one command: the server does nothing else meanwhile. */
const batch = 100;

/** While the server cannot be asked. */
const pauseMs = 500;

/** Moves events that were published with a delay into their stream. Returns the milliseconds until more is due, or nothing. */
export async function moveDelayed(
  link: CommandLink,
  { delayed, stream }: StreamKeys,
): Promise<number | undefined> {
  const wait = Number(await link.call("EVAL", dueEventsScript, 2, delayed, stream, batch));
  return wait < 0 ? undefined : wait;
}

/**
 * Sees to it that the delayed events of a publisher are in their stream in time. When its process ends, the members of the
 * stream's groups do: they look every two seconds.
 */
export class DelayedEvents {
  readonly #link: CommandLink;
  readonly #keys: StreamKeys;
  readonly #timer = new DueTimer(() => void this.#move());

  constructor(link: CommandLink, keys: StreamKeys) {
    this.#link = link;
    this.#keys = keys;
  }

  dueIn(delayMs: number): void {
    this.#timer.dueIn(delayMs);
  }

  close(): void {
    this.#timer.stop();
  }

  async #move(): Promise<void> {
    try {
      const waitMs = await moveDelayed(this.#link, this.#keys);
      if (waitMs !== undefined) this.dueIn(waitMs);
    } catch {
      // Whoever asks the server for something else is told of what is wrong with it.
      this.dueIn(pauseMs);
    }
  }
}
