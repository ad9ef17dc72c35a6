import { Queue, Worker } from "bullmq";
import type { Consumer, Producer, Subject } from "../wire/subject.js";

const name = "bench";

/** Jobs of BullMQ, which are removed when they are done; as many at once as a reader of ours may get. */
export const bullmq: Subject = {
  async produce(url): Promise<Producer> {
    const queue = new Queue(name, { connection: { url } });
    await queue.waitUntilReady();
    return {
      publish: (parcel) => queue.add("parcel", parcel, { removeOnComplete: true }),
      close: () => queue.close(),
    };
  },

  async consume(url, handle): Promise<Consumer> {
    const options = { connection: { url, maxRetriesPerRequest: null }, concurrency: 200 };
    const worker = new Worker(name, async ({ data }) => handle(data), options);
    await worker.waitUntilReady();
    return { close: () => worker.close() };
  },
};
