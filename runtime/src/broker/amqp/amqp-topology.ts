import type { SubscribeOptions } from "../broker.js";
import type { AmqpChannel, AmqpClient, QueueOptions } from "./amqp-client.js";
import { bindingOf, queueNameOf } from "./amqp-names.js";

/** A queue that shall exist. */
export interface Queue extends QueueOptions {
  readonly name: string;
}

/** What a listener needs on the server; declared at its start and after each reconnect. */
export interface Topology {
  readonly queue: Queue;
  /** Patterns of routing keys that lead to the queue. */
  readonly bindings: readonly string[];
  /** Where its dead letters go; only where the channel is durable. */
  readonly dead: Queue | undefined;
  /** Whether the queue outlives connections. */
  readonly lasting: boolean;
  /** Whether the server gives deliveries to one consumer alone, and to the next when that has gone. */
  readonly single: boolean;
}

/**
 * Deliveries after which the server itself puts an event to the dead letters. Far beyond what this broker does: it
 * counts on its own, and also RabbitMQ's default, 20 since 4.0, would hit events that were only given back.
 */
const deliveryLimit = 1_000_000;

/** How long the queue of a broadcast on a durable channel is kept for a process that is away. */
const awayMs = 600_000;

/** How long a wait queue is kept that nobody uses, beyond the delay itself. */
const unusedMs = { lasting: 7 * 86_400_000, passing: 60_000 };

/**
 * What a listener needs. `keepsTransient` says whether the server takes queues that are neither durable nor exclusive:
 * RabbitMQ up to 3.
 */
export function buildTopology(options: SubscribeOptions, keepsTransient: boolean): Topology {
  const name = queueNameOf(options);
  const bindings = options.types.map((type) => bindingOf(options.address, type));
  const single = options.exclusive === true;
  const consumers = single ? { "x-single-active-consumer": true } : {};
  if (options.durable) {
    const expires = options.scope === "broadcast" ? { "x-expires": awayMs } : {};
    const dead = quorumQueue(`${name}.dead`, expires);
    return {
      queue: quorumQueue(name, { ...deadLetteringTo({ queue: dead.name }), ...expires, ...consumers }),
      bindings,
      dead,
      lasting: true,
      single,
    };
  }
  const exclusive = options.scope === "broadcast";
  const durable = !keepsTransient && !exclusive;
  const queue = { name, durable, exclusive, autoDelete: true, arguments: consumers };
  return { queue, bindings, dead: undefined, lasting: false, single };
}

/** Where events wait for at most `longestMs` before they come back to the listener's queue, and to no other. */
export function buildWaitQueue({ queue, lasting }: Topology, longestMs: number): Queue {
  const name = `${queue.name}.wait-${longestMs}`;
  if (lasting) {
    return quorumQueue(name, {
      ...deadLetteringTo({ queue: queue.name }),
      "x-expires": longestMs + unusedMs.lasting,
    });
  }
  const args = {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": queue.name,
    "x-expires": longestMs + unusedMs.passing,
  };
  return { name, durable: queue.durable, exclusive: false, autoDelete: false, arguments: args };
}

/** Where events wait that are suspected to kill their process, each to be handled alone. */
export function buildSuspectQueue({ queue }: Topology): Queue {
  const expires = queue.arguments["x-expires"];
  return quorumQueue(`${queue.name}.suspects`, expires === undefined ? {} : { "x-expires": expires });
}

/** How long after declaring a wait queue it may be used without declaring it again. */
export function freshMs({ lasting }: Topology): number {
  return (lasting ? unusedMs.lasting : unusedMs.passing) / 2;
}

export async function declareTopology(
  channel: AmqpChannel,
  exchange: string,
  topology: Topology,
): Promise<void> {
  await declareExchange(channel, exchange);
  const due = await declareDueExchange(channel, exchange);
  if (topology.dead !== undefined) await declareQueue(channel, topology.dead);
  await declareQueue(channel, topology.queue);
  for (const pattern of topology.bindings) {
    for (const source of [exchange, due]) await channel.bindQueue(topology.queue.name, source, pattern);
  }
}

export function declareExchange(channel: AmqpChannel, exchange: string): Promise<unknown> {
  return channel.assertExchange(exchange, "topic", { durable: true });
}

/** Where delayed events come from, to be routed like others; returns its name. */
export async function declareDueExchange(channel: AmqpChannel, exchange: string): Promise<string> {
  const due = dueName(exchange);
  const options = { durable: true, alternateExchange: unclaimedName(exchange) };
  await channel.assertExchange(due, "topic", options);
  return due;
}

export function dueName(exchange: string): string {
  return `${exchange}.due`;
}

/** Of the queue, and the exchange before it, that get delayed events which no listener takes. */
export function unclaimedName(exchange: string): string {
  return `${exchange}.unclaimed`;
}

export function declareQueue(channel: AmqpChannel, { name, ...options }: Queue): Promise<unknown> {
  return channel.assertQueue(name, options);
}

/** A channel for questions: their rejections tell what the server has against them. */
export async function openChannel(client: AmqpClient): Promise<AmqpChannel> {
  const channel = await client.createChannel();
  channel.on("error", () => {}); // told by the call that it ended
  return channel;
}

/** Works on a channel of its own. @throws Error of the server, which has ended the channel then */
export async function onChannel(
  client: AmqpClient,
  work: (channel: AmqpChannel) => Promise<unknown>,
): Promise<void> {
  const channel = await openChannel(client);
  await work(channel);
  await closeChannel(channel);
}

/** Resolves also when the connection ends before the server has answered, which amqplib's own promise does not. */
export function closeChannel(channel: AmqpChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.on("close", () => resolve());
    channel.close().catch(() => resolve()); // it has ended already
  });
}

/** On a channel of its own: asking for a queue that is not there ends the channel. */
export async function queueExists(client: AmqpClient, name: string): Promise<boolean> {
  const channel = await openChannel(client);
  try {
    await channel.checkQueue(name);
    await closeChannel(channel);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/**
 * Answers of the server to what it will never do: no access, not found, locked, another queue of that name. And what
 * amqplib says when the server allows no further channel on the connection.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof Error && error.message === "No channels left to allocate") return true;
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "number" && code >= 400 && code < 500;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "code") === 404;
}

/** It keeps its messages on several servers, and tells how often each was given back. */
export function quorumQueue(name: string, args: QueueOptions["arguments"]): Queue {
  return {
    name,
    durable: true,
    exclusive: false,
    autoDelete: false,
    arguments: { "x-queue-type": "quorum", "x-delivery-limit": deliveryLimit, ...args },
  };
}

/**
 * To one queue, or to an exchange by the routing key that an event has. At least once: the server keeps an event until the
 * other queue has it. That needs a queue that refuses when full.
 */
export function deadLetteringTo(
  target: { readonly queue: string } | { readonly exchange: string },
): QueueOptions["arguments"] {
  const way =
    "queue" in target
      ? { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": target.queue }
      : { "x-dead-letter-exchange": target.exchange };
  return {
    ...way,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
  };
}
