import type { AmqpClient, AmqpHeaders } from "./amqp-client.js";
import {
  deadLetteringTo,
  declareDueExchange,
  declareQueue,
  dueName,
  isRefusal,
  onChannel,
  type Queue,
  quorumQueue,
  unclaimedName,
} from "./amqp-topology.js";
import { type DelayPath, type DelayStep, waitMsOf } from "./delay-path.js";
import { InTurn } from "./in-turn.js";

/** How long what nobody took is kept, and how many of it. */
const unclaimed = { "x-message-ttl": 7 * 86_400_000, "x-max-length": 10_000 };

/**
 * Where delayed events wait, over one connection. A queue lets an event out only when all before it are out, so each
 * queue has one time to live for all, and a delay is the sum of several: one for each digit. Every level has an exchange;
 * it puts an event into the queue of its digit there, which leads to the next level, or to that at once. Routing keys stay as
 * they are: after the last level comes an exchange at which listeners have bound their queues.
 */
export class DelayQueues {
  readonly #client: AmqpClient;
  readonly #exchange: string;
  readonly #turns = new InTurn();
  readonly #report: (error: unknown) => void;
  #hasEnd = false;
  /** How many levels have their exchange. */
  #levels = 0;
  /** Names of queues. */
  readonly #made = new Set<string>();

  constructor(client: AmqpClient, exchange: string, report: (error: unknown) => void) {
    this.#client = client;
    this.#exchange = exchange;
    this.#report = report;
  }

  /** The exchange that events with this path are published to. */
  entry(path: DelayPath): string {
    return levelName(this.#exchange, highestLevel(path));
  }

  /** Whether all is there that events with this path need. */
  has(path: DelayPath): boolean {
    return path.every((step) => this.#made.has(queueName(this.#exchange, step)));
  }

  /** Makes what is missing. The queues stay for good: there are 59 at most. @throws Error of the server */
  make(path: DelayPath): Promise<void> {
    return this.#turns.run(async () => {
      const queues = path
        .map((step) => ({ step, queue: buildDelayQueue(this.#exchange, step) }))
        .filter(({ queue }) => !this.#made.has(queue.name));
      if (!this.#hasEnd) void this.#makeEnd();
      await Promise.all([
        this.#makeLevels(highestLevel(path) + 1),
        ...queues.map(({ queue }) => onChannel(this.#client, (channel) => declareQueue(channel, queue))),
      ]);
      await onChannel(this.#client, async (channel) => {
        for (const { step, queue } of queues) {
          const wanted = { "x-match": "all", ...delayHeaders([step]) };
          await channel.bindQueue(queue.name, levelName(this.#exchange, step.level), "", wanted);
          this.#made.add(queue.name);
        }
      });
    });
  }

  #makeLevels(count: number): Promise<void> {
    return onChannel(this.#client, async (channel) => {
      if (this.#levels === 0) await declareDueExchange(channel, this.#exchange);
      for (let level = this.#levels; level < count; level++) {
        // What has no digit here goes to the next level.
        const options = { durable: true, alternateExchange: nextName(this.#exchange, level) };
        await channel.assertExchange(levelName(this.#exchange, level), "headers", options);
        this.#levels = Math.max(this.#levels, level + 1);
      }
    });
  }

  /**
   * Where events go that nobody takes. No publish waits for it: until it is there the server keeps such events, and tries
   * again.
   */
  async #makeEnd(): Promise<void> {
    this.#hasEnd = true;
    const name = unclaimedName(this.#exchange);
    try {
      await onChannel(this.#client, async (channel) => {
        await channel.assertExchange(name, "fanout", { durable: true });
        await declareQueue(channel, quorumQueue(name, unclaimed));
        await channel.bindQueue(name, name, "");
      });
    } catch (error) {
      this.#hasEnd = false;
      // What the connection's end has interrupted needs no word.
      if (isRefusal(error)) this.#report(error);
    }
  }
}

/** By which the exchanges know the way of an event. */
export function delayHeaders(path: DelayPath): AmqpHeaders {
  return Object.fromEntries(path.map(({ level, digit }) => [`eventwright-delay-${level}`, String(digit)]));
}

function highestLevel([first]: DelayPath): number {
  return first?.level ?? 0;
}

function buildDelayQueue(exchange: string, step: DelayStep): Queue {
  return quorumQueue(queueName(exchange, step), {
    ...deadLetteringTo({ exchange: nextName(exchange, step.level) }),
    "x-message-ttl": waitMsOf(step),
  });
}

function levelName(exchange: string, level: number): string {
  return `${exchange}.delay-level-${level}`;
}

/** Where events go from a level. */
function nextName(exchange: string, level: number): string {
  return level === 0 ? dueName(exchange) : levelName(exchange, level - 1);
}

function queueName(exchange: string, step: DelayStep): string {
  return `${exchange}.delay-${waitMsOf(step)}`;
}
