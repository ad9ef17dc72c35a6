import type { AmqpChannel, AmqpClient, AmqpMessage } from "./amqp-client.js";
import { closeChannel, openChannel } from "./amqp-topology.js";
import type { QueueCounts } from "./queue-counts.js";

export interface QueueReading {
  readonly client: () => AmqpClient;
  readonly counts: QueueCounts;
  readonly queue: string;
  /** @default all that the queue holds when the reading begins */
  readonly most?: number;
}

/** Messages of a queue, the oldest first. */
export interface Burst {
  readonly messages: readonly AmqpMessage[];
  /** Takes one of them out of the queue. */
  acknowledge(message: AmqpMessage): void;
}

/** How many messages come at first: often one of them is all that is asked for. Later ones are four times as large. */
const firstBurst = 20;
const largestBurst = 1_000;

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
export async function* readQueue({ client, counts, queue, most }: QueueReading): AsyncGenerator<Burst> {
  const ready = (await counts.ready(queue)) ?? 0;
  const end = Math.min(ready, most ?? ready);
  const bursts: HeldBurst[] = [];
  let seen = 0;
  try {
    for (let size = firstBurst; seen < end; size = Math.min(4 * size, largestBurst)) {
      const expected = Math.min(end - seen, size);
      const burst = new HeldBurst(await openChannel(client()));
      bursts.push(burst);
      await burst.fill(queue, expected);
      seen += burst.messages.length;
      yield burst;
      if (burst.messages.length < expected) return;
    }
  } finally {
    let there = ready - seen;
    // One after the other, or their order is lost.
    for (const burst of bursts) {
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
  #acknowledged = 0;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
  }

  get held(): number {
    return this.messages.length - this.#acknowledged;
  }

  acknowledge(message: AmqpMessage): void {
    this.#channel.ack(message);
    this.#acknowledged++;
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
