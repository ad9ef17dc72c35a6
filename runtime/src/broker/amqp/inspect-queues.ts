import type { Inspection } from "../broker.js";
import type { AmqpClient } from "./amqp-client.js";
import type { AmqpSubscription } from "./amqp-subscription.js";
import { queueState } from "./amqp-topology.js";

/** What the server and this process know of some listeners' queues. */
export async function inspectQueues(
  client: AmqpClient,
  subscriptions: readonly AmqpSubscription[],
): Promise<Inspection> {
  const queues = new Map(
    subscriptions.map((subscription) => [subscription.topology.queue.name, subscription]),
  );
  const sum = { waiting: 0, delayed: 0, deadLetters: 0 };
  for (const [queue, { topology, waitQueues }] of queues) {
    sum.waiting += await countReady(client, queue);
    for (const name of waitQueues.names) sum.delayed += await countReady(client, name);
    if (topology.dead !== undefined) sum.deadLetters += await countReady(client, topology.dead.name);
  }
  const unsettled = subscriptions.reduce((total, subscription) => total + subscription.unsettled, 0);
  return { ...sum, unsettled };
}

async function countReady(client: AmqpClient, queue: string): Promise<number> {
  return (await queueState(client, queue))?.messageCount ?? 0;
}
