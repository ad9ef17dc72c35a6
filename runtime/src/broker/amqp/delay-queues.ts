import type { AmqpChannel, AmqpClient, AmqpHeaders } from "./amqp-client.js";
import {
  closeChannel,
  deadLetteringTo,
  declareDueExchange,
  declareQueue,
  dueName,
  openChannel,
  type Queue,
  quorumQueue,
  unclaimedName,
} from "./amqp-topology.js";
import { type DelayStep, firstLevel, waitMsOf } from "./delay-path.js";
import { InTurn } from "./in-turn.js";

/** How long what nobody took is kept, and how many of it. */
const unclaimed = { "x-message-ttl": 7 * 86_400_000, "x-max-length": 10_000 };

/**
 * Where delayed events wait, over one connection. A queue lets an event out only when all before it are out, so each
 * queue has one time to live for all, and a delay is the sum of several: one for each digit. Every level has an exchange;
 * it puts an event into the queue of its digit there, which leads to the next level, or to that at once. The names stay
 * as they are: after the last level comes an exchange at which listeners have bound their queues.
 */
export class DelayQueues {
  readonly #client: AmqpClient;
  readonly #exchange: string;
  readonly #turns = new InTurn();
  /** Names of queues. */
  readonly #declared = new Set<string>();

  constructor(client: AmqpClient, exchange: string) {
    this.#client = client;
    this.#exchange = exchange;
  }

  /** The exchange that delayed events are published to. */
  get entry(): string {
    return levelName(this.#exchange, firstLevel);
  }

  /** Whether all is there that events with this path need. */
  has(path: readonly DelayStep[]): boolean {
    return path.every((step) => this.#declared.has(queueName(this.#exchange, step)));
  }

  /** Makes what is missing. The queues stay for good: there are 59 at most. @throws Error of the server */
  make(path: readonly DelayStep[]): Promise<void> {
    return this.#turns.run(async () => {
      if (this.has(path)) return;
      const channel = await openChannel(this.#client);
      if (this.#declared.size === 0) await this.#makeExchanges(channel);
      for (const step of path) await this.#makeQueue(channel, step);
      await closeChannel(channel);
    });
  }

  async #makeExchanges(channel: AmqpChannel): Promise<void> {
    const exchange = this.#exchange;
    const rest = unclaimedName(exchange);
    await channel.assertExchange(rest, "fanout", { durable: true });
    await declareQueue(channel, quorumQueue(rest, unclaimed));
    await channel.bindQueue(rest, rest, "");
    let next = await declareDueExchange(channel, exchange);
    for (let level = 0; level <= firstLevel; level++) {
      const name = levelName(exchange, level);
      // What has no digit here goes to the next level.
      await channel.assertExchange(name, "headers", { durable: true, alternateExchange: next });
      next = name;
    }
  }

  async #makeQueue(channel: AmqpChannel, step: DelayStep): Promise<void> {
    const queue = buildDelayQueue(this.#exchange, step);
    if (this.#declared.has(queue.name)) return;
    await declareQueue(channel, queue);
    const wanted = { "x-match": "all", ...delayHeaders([step]) };
    await channel.bindQueue(queue.name, levelName(this.#exchange, step.level), "", wanted);
    this.#declared.add(queue.name);
  }
}

/** By which the exchanges know the way of an event. */
export function delayHeaders(path: readonly DelayStep[]): AmqpHeaders {
  return Object.fromEntries(path.map(({ level, digit }) => [`eventwright-delay-${level}`, String(digit)]));
}

function buildDelayQueue(exchange: string, step: DelayStep): Queue {
  const next = step.level === 0 ? dueName(exchange) : levelName(exchange, step.level - 1);
  return quorumQueue(queueName(exchange, step), {
    ...deadLetteringTo({ exchange: next }),
    "x-message-ttl": waitMsOf(step),
  });
}

function levelName(exchange: string, level: number): string {
  return `${exchange}.delay-level-${level}`;
}

function queueName(exchange: string, step: DelayStep): string {
  return `${exchange}.delay-${waitMsOf(step)}`;
}
