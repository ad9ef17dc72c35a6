import { type ChannelWrapper, connect } from "amqp-connection-manager";
import type { ConfirmChannel } from "amqplib";
import type { Consumer, Producer, Subject } from "../wire/subject.js";
import { exchange, prefetch, quorum } from "./wire.js";

const queue = "bench.amqp-connection-manager";

export const amqpConnectionManager: Subject = {
  async produce(url): Promise<Producer> {
    const connection = connect([url]);
    const channel = connection.createChannel();
    await channel.waitForConnect();
    const properties = { persistent: true, mandatory: true, contentType: "application/json" };
    return {
      publish: (parcel) => channel.publish(exchange, queue, Buffer.from(JSON.stringify(parcel)), properties),
      close: () => connection.close(),
    };
  },

  async consume(url, handle): Promise<Consumer> {
    const connection = connect([url]);
    const channel: ChannelWrapper = connection.createChannel({
      async setup(raw: ConfirmChannel): Promise<void> {
        await raw.assertExchange(exchange, "topic", { durable: true });
        await raw.assertQueue(queue, quorum);
        await raw.bindQueue(queue, exchange, queue);
      },
    });
    await channel.consume(
      queue,
      (message) => {
        handle(JSON.parse(message.content.toString()));
        channel.ack(message);
      },
      { prefetch },
    );
    await channel.waitForConnect();
    return { close: () => connection.close() };
  },
};
