import type { Inspection } from "../broker.js";
import type { AmqpSubscription } from "./amqp-subscription.js";
import type { ListenerQueue } from "./listener-directory.js";
import type { QueueCounts } from "./queue-counts.js";

/** What the server and this process know of a listener's queues; `subscriptions` are those of this process. */
export async function inspectQueues(
  counts: QueueCounts,
  queues: readonly ListenerQueue[],
  subscriptions: readonly AmqpSubscription[],
): Promise<Inspection> {
  const sum = async (names: Iterable<string>): Promise<number> => {
    let total = 0;
    for (const name of names) total += (await counts.ready(name)) ?? 0;
    return total;
  };
  return {
    waiting: await sum(queues.map(({ queue }) => queue)),
    unsettled: subscriptions.reduce((total, subscription) => total + subscription.unsettled, 0),
    delayed: await sum(new Set(subscriptions.flatMap(({ waitQueues }) => waitQueues))),
    deadLetters: await sum(queues.flatMap(({ dead }) => dead ?? [])),
  };
}
