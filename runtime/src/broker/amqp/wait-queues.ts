import type { AmqpPublisher } from "./amqp-publisher.js";
import { buildWaitQueue, freshMs, type Topology } from "./amqp-topology.js";

/** Longest time to live that the server knows, some 49 days. */
const longestDelayMs = 2 ** 32 - 1;

const shortestDelayMs = 50;

/** Queues for each doubling of the delay: none holds an event up by more than a fifth of its delay. */
const stepsPerDoubling = 4;

/** The longest delay of the wait queue that a delay belongs to. */
export function waitQueueFor(delayMs: number): number {
  if (delayMs <= shortestDelayMs) return shortestDelayMs;
  const step = Math.ceil(Math.log2(delayMs / shortestDelayMs) * stepsPerDoubling - 1e-9);
  return Math.min(longestDelayMs, Math.ceil(shortestDelayMs * 2 ** (step / stepsPerDoubling)));
}

/**
 * Where events of one listener wait for their next attempt: one queue for all delays that are nearly equal, since a
 * queue lets an event out only when all before it are out.
 */
export class WaitQueues {
  readonly #topology: Topology;
  readonly #publisher: AmqpPublisher;
  /** Names of queues by longest delay, and when each was declared. */
  readonly #declared = new Map<number, { readonly name: string; readonly at: number }>();

  constructor(topology: Topology, publisher: AmqpPublisher) {
    this.#topology = topology;
    this.#publisher = publisher;
  }

  /** Of the queues that this process has used. */
  get names(): readonly string[] {
    return Array.from(this.#declared.values(), ({ name }) => name);
  }

  /** The queue for a delay, which exists, and the time to live that an event in it needs. */
  async ready(delayMs: number): Promise<{ readonly queue: string; readonly expiration: string }> {
    const longestMs = waitQueueFor(delayMs);
    const expiration = String(Math.min(Math.max(0, Math.ceil(delayMs)), longestMs));
    const known = this.#declared.get(longestMs);
    if (known !== undefined && Date.now() - known.at < freshMs(this.#topology)) {
      return { queue: known.name, expiration };
    }
    const queue = buildWaitQueue(this.#topology, longestMs);
    await this.#publisher.declare(queue);
    this.#declared.set(longestMs, { name: queue.name, at: Date.now() });
    return { queue: queue.name, expiration };
  }

  /** To be called when a queue was not there: the next use declares it. */
  forget(): void {
    this.#declared.clear();
  }
}
