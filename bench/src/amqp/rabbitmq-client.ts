import { Connection } from "rabbitmq-client";
import type { Consumer, Producer, Subject } from "../wire/subject.js";
import { exchange, prefetch, quorum } from "./wire.js";

const queue = "bench.rabbitmq-client";

export const rabbitmqClient: Subject = {
  async produce(url): Promise<Producer> {
    const connection = new Connection(url);
    const publisher = connection.createPublisher({ confirm: true });
    const envelope = { exchange, routingKey: queue, durable: true, mandatory: true };
    return { publish: (parcel) => publisher.send(envelope, parcel), close: () => connection.close() };
  },

  async consume(url, handle): Promise<Consumer> {
    const connection = new Connection(url);
    const consumer = connection.createConsumer(
      {
        queue,
        queueOptions: { queue, ...quorum },
        exchanges: [{ exchange, type: "topic", durable: true }],
        queueBindings: [{ exchange, routingKey: queue }],
        qos: { prefetchCount: prefetch },
      },
      ({ body }) => {
        handle(body);
      },
    );
    await new Promise((resolve) => consumer.once("ready", resolve));
    return { close: () => connection.close() };
  },
};
