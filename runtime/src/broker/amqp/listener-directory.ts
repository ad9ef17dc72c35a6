import type { Message } from "../message.js";
import type { AmqpChannel, AmqpClient } from "./amqp-client.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import type { AmqpSubscription } from "./amqp-subscription.js";
import { closeChannel, declareQueue, openChannel, type Queue, quorumQueue } from "./amqp-topology.js";
import type { QueueCounts } from "./queue-counts.js";

/** A queue of a listener, whoever made it. */
export interface ListenerQueue {
  readonly queue: string;
  /** Where its dead letters go. */
  readonly dead: string | undefined;
  readonly listener: string;
  /** What all messages in it are. */
  readonly kind: Message["kind"];
  readonly channel: string;
  readonly durable: boolean;
}

export interface DirectoryParts {
  /** Whoever shares it shares the directory. */
  readonly exchange: string;
  readonly publisher: () => AmqpPublisher;
  /** The connection for listeners. @throws BrokerError while it is away */
  readonly client: () => AmqpClient;
  readonly counts: QueueCounts;
  readonly subscriptions: () => Iterable<AmqpSubscription>;
}

/** How long what was read counts as known. */
const freshMs = 1_000;

/** Queues that one listener's name can have here; the oldest are forgotten first. */
const mostQueues = 100;

/**
 * Knows the queues of listeners by their names: those of this process, and those that any process has entered on the
 * server, since AMQP can list no queues. There, each name has a queue of its own that holds one message for each of its
 * queues.
 */
export class ListenerDirectory {
  readonly #parts: DirectoryParts;

  /** What was read last, by listener. */
  readonly #known = new Map<string, { readonly entries: readonly ListenerQueue[]; readonly at: number }>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Enters the queue of a subscription that outlives its process. */
  async enter(subscription: AmqpSubscription): Promise<void> {
    const entry = queueOf(subscription);
    const directory = directoryOf(this.#parts.exchange, entry.listener);
    const channel = await openChannel(this.#parts.client());
    try {
      await declareQueue(channel, directory);
      if ((await readAll(channel, directory.name)).some(({ queue }) => queue === entry.queue)) return;
    } finally {
      await closeChannel(channel);
    }
    const properties = { contentType: "application/json", deliveryMode: 2 };
    await this.#parts.publisher().sendTo(directory.name, Buffer.from(JSON.stringify(entry)), properties);
  }

  async find(listener: string): Promise<readonly ListenerQueue[]> {
    const found = new Map<string, ListenerQueue>();
    for (const subscription of this.#parts.subscriptions()) {
      if (subscription.options.name !== listener) continue;
      const entry = queueOf(subscription);
      found.set(entry.queue, entry);
    }
    for (const entry of await this.#read(listener))
      if (!found.has(entry.queue)) found.set(entry.queue, entry);
    return [...found.values()];
  }

  async #read(listener: string): Promise<readonly ListenerQueue[]> {
    const known = this.#known.get(listener);
    if (known !== undefined && Date.now() - known.at < freshMs) return known.entries;
    const { exchange, counts } = this.#parts;
    const { name } = directoryOf(exchange, listener);
    if (!(await counts.ready(name))) return [];
    const channel = await openChannel(this.#parts.client());
    try {
      const entries = await readAll(channel, name);
      this.#known.set(listener, { entries, at: Date.now() });
      return entries;
    } finally {
      await closeChannel(channel);
    }
  }
}

function queueOf({ topology, options }: AmqpSubscription): ListenerQueue {
  const { name: listener, kind, channel, durable } = options;
  return { queue: topology.queue.name, dead: topology.dead?.name, listener, kind, channel, durable };
}

function directoryOf(exchange: string, listener: string): Queue {
  return quorumQueue(`${exchange}.queues::${listener}`, { "x-max-length": mostQueues });
}

/** What was read goes back when the channel ends. */
async function readAll(channel: AmqpChannel, directory: string): Promise<readonly ListenerQueue[]> {
  const entries: ListenerQueue[] = [];
  for (
    let message = await channel.get(directory);
    message !== false;
    message = await channel.get(directory)
  ) {
    const entry = parseEntry(message.content);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function parseEntry(content: Uint8Array): ListenerQueue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(content));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const text = (name: string): string | undefined => {
    const member: unknown = Reflect.get(value, name);
    return typeof member === "string" ? member : undefined;
  };
  const [queue, dead, listener, channel] = ["queue", "dead", "listener", "channel"].map(text);
  const kind = (["event", "command", "query"] as const).find((one) => one === text("kind"));
  if (queue === undefined || listener === undefined || channel === undefined || kind === undefined)
    return undefined;
  return { queue, dead, listener, kind, channel, durable: true };
}
