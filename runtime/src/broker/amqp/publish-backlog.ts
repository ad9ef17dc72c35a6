import type { Publication } from "./publication.js";

/** Below this size nothing is gained by looking for publishes that were given up. */
const smallSize = 512;

/**
 * Publishes that wait for a connection, in order. Those whose callers have given up go away by themselves: a server that
 * stays away fills no memory.
 */
export class PublishBacklog {
  #waiting: Publication[] = [];
  #pruneAt = smallSize;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  push(publication: Publication): void {
    this.#waiting.push(publication);
    if (this.#waiting.length < this.#pruneAt) return;
    this.#waiting = this.#waiting.filter(({ isCancelled }) => !isCancelled);
    this.#pruneAt = Math.max(smallSize, this.#waiting.length * 2);
  }

  /** All that wait, oldest first; none waits afterwards. */
  clear(): readonly Publication[] {
    return this.#waiting.splice(0).filter(({ isCancelled }) => !isCancelled);
  }
}
