import type { AmqpChannel, AmqpClient, AmqpMessage } from "./amqp-client.js";
import { closeChannel, openChannel } from "./amqp-topology.js";
import type { QueueCounts } from "./queue-counts.js";

export interface QueueReading {
  readonly client: () => AmqpClient;
  readonly counts: QueueCounts;
  readonly queue: string;
  /** @default all that the queue holds when the reading begins */
  readonly most?: number;
  /** Whether some are to be taken out: then they come in small bursts. */
  readonly removes: boolean;
}

/** Messages of a queue, the oldest first. */
export interface Burst {
  readonly messages: readonly AmqpMessage[];
  /** Takes some of them out of the queue. */
  remove(messages: readonly AmqpMessage[]): void;
}

/** How many messages come at first: often one of them is all that is asked for. Later ones are four times as large. */
const firstBurst = 20;
const largestBurst = 1_000;

/**
 * Most messages that are acknowledged one by one on a channel: RabbitMQ passes on 32 such orders at a time to a quorum queue,
 * and forgets those that wait behind them when the channel is closed.
 */
const mostAcknowledged = 30;

/** Bursts of which something is held, at most: each has a channel. What lies behind them is not shown. */
const mostHeld = 1_000;

/** When others take from the queue as well, some may not come: after so long without one, there are none. */
const silenceMs = 2_000;
/** And what was put back may be taken at once: so long its return is waited for. */
const returnMs = 2_000;

/**
 * Shows what a queue holds, the oldest first. What is not acknowledged is held until the reading has ended, then it goes
 * back to its place, and is there again when the reading resolves. A queue that does not exist holds nothing.
 *
 * @throws Error when the connection ends meanwhile
 */
export async function* readQueue(reading: QueueReading): AsyncGenerator<Burst> {
  const { client, counts, queue, removes } = reading;
  const ready = (await counts.ready(queue)) ?? 0;
  const end = Math.min(ready, reading.most ?? ready);
  const largest = removes ? mostAcknowledged : largestBurst;
  const held: HeldBurst[] = [];
  let seen = 0;
  try {
    for (let size = firstBurst; seen < end && held.length < mostHeld; size = Math.min(4 * size, largest)) {
      const expected = Math.min(end - seen, size);
      const burst = new HeldBurst(await openChannel(client()));
      held.push(burst);
      await burst.fill(queue, expected);
      seen += burst.messages.length;
      yield burst;
      if (burst.held === 0) await held.pop()?.giveBack();
      if (burst.messages.length < expected) return;
    }
  } finally {
    let there = ready - seen;
    // One after the other, or their order is lost.
    for (const burst of held) {
      there += burst.held;
      await burst.giveBack();
      await areReady(counts, queue, there);
    }
  }
}

/**
 * What one consumer holds, on a channel of its own: to get messages one by one (`basic.get`) costs the nodes of a quorum
 * queue an agreement for each, and the server gives back in any order what several consumers of a channel hold.
 */
class HeldBurst implements Burst {
  readonly messages: AmqpMessage[] = [];
  readonly #channel: AmqpChannel;
  #removed = 0;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  get held(): number {
    return this.messages.length - this.#removed;
  }

  remove(messages: readonly AmqpMessage[]): void {
    this.#removed += messages.length;
    const last = messages.at(-1);
    if (this.held === 0 && last !== undefined) this.#channel.ack(last, true);
    else for (const message of messages) this.#channel.ack(message);
  }

  async fill(queue: string, count: number): Promise<void> {
    const consumerTag = crypto.randomUUID();
    await this.#channel.prefetch(count);
    const arrived = new Promise<void>((resolve) => {
      const silence = setTimeout(resolve, silenceMs);
      const end = (): void => {
        clearTimeout(silence);
        resolve();
      };
      this.#channel.on("close", end);
      const onMessage = (message: AmqpMessage | null): void => {
        if (message !== null) this.messages.push(message);
        if (message === null || this.messages.length === count) end();
        else silence.refresh();
      };
      this.#channel.consume(queue, onMessage, { consumerTag }).catch(end); // the channel has ended then
    });
    await arrived;
    await this.#channel.cancel(consumerTag);
  }

  async giveBack(): Promise<void> {
    await closeChannel(this.#channel);
  }
}

async function areReady(counts: QueueCounts, queue: string, count: number): Promise<void> {
  const until = performance.now() + returnMs;
  while (performance.now() < until && ((await counts.ready(queue)) ?? count) < count) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
