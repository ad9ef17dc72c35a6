import { type Channel, type ConsumeMessage, connect, type Options } from "amqplib";
import type { Consumer, Parcel, Producer, Subject } from "../wire/subject.js";
import { exchange, fleeting, prefetch, quorum } from "./wire.js";

type Acknowledge = (channel: Channel) => (message: ConsumeMessage) => void;

/** Each event by itself. */
const one: Acknowledge = (channel) => (message) => channel.ack(message);

/** All that a turn of the event loop has handled. */
const several: Acknowledge = (channel) => {
  let last: ConsumeMessage | undefined;
  return (message) => {
    if (last === undefined) {
      setImmediate(() => {
        if (last !== undefined) channel.ack(last, true);
        last = undefined;
      });
    }
    last = message;
  };
};

/** As one would write it by hand on amqplib: a topic exchange, confirms, `mandatory`, acknowledged when handled. */
function twin(queue: string, queueOptions: Options.AssertQueue, acknowledge: Acknowledge): Subject {
  const persistent = queueOptions.durable === true;
  const properties = { persistent, mandatory: persistent, contentType: "application/json" };
  return {
    async produce(url): Promise<Producer> {
      const connection = await connect(url, { noDelay: true });
      const channel = await connection.createConfirmChannel();
      const publish = (parcel: Parcel): Promise<void> =>
        new Promise((resolve, reject) => {
          const body = Buffer.from(JSON.stringify(parcel));
          channel.publish(exchange, queue, body, properties, (error) => (error ? reject(error) : resolve()));
        });
      return { publish, close: () => connection.close() };
    },

    async consume(url, handle): Promise<Consumer> {
      const connection = await connect(url, { noDelay: true });
      const channel = await connection.createChannel();
      await channel.assertExchange(exchange, "topic", { durable: true });
      await channel.assertQueue(queue, queueOptions);
      await channel.bindQueue(queue, exchange, queue);
      await channel.prefetch(prefetch);
      const handled = acknowledge(channel);
      await channel.consume(queue, (message) => {
        if (message === null) return;
        handle(JSON.parse(message.content.toString()));
        handled(message);
      });
      return { close: () => connection.close() };
    },
  };
}

export const quorumOne: Subject = twin("bench.quorum.one", quorum, one);
export const quorumSeveral: Subject = twin("bench.quorum.several", quorum, several);
export const fleetingOne: Subject = twin("bench.fleeting.one", fleeting, one);
export const fleetingSeveral: Subject = twin("bench.fleeting.several", fleeting, several);
