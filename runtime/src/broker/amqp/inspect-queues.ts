import type { Inspection } from "../broker.js";
import type { AmqpClient } from "./amqp-client.js";
import type { AmqpSubscription } from "./amqp-subscription.js";
import { queueState } from "./amqp-topology.js";
import type { ListenerQueue } from "./listener-directory.js";

/** What the server and this process know of a listener's queues; `subscriptions` are those of this process. */
export async function inspectQueues(
  client: AmqpClient,
  queues: readonly ListenerQueue[],
  subscriptions: readonly AmqpSubscription[],
): Promise<Inspection> {
  const sum = { waiting: 0, delayed: 0, deadLetters: 0 };
  for (const { queue, dead } of queues) {
    sum.waiting += await countReady(client, queue);
    if (dead !== undefined) sum.deadLetters += await countReady(client, dead);
  }
  const waitQueues = new Set(subscriptions.flatMap(({ waitQueues: names }) => names));
  for (const queue of waitQueues) sum.delayed += await countReady(client, queue);
  const unsettled = subscriptions.reduce((total, subscription) => total + subscription.unsettled, 0);
  return { ...sum, unsettled };
}

async function countReady(client: AmqpClient, queue: string): Promise<number> {
  return (await queueState(client, queue))?.messageCount ?? 0;
}
