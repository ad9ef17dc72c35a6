import rascal from "rascal";
import type { Consumer, Parcel, Producer, Subject } from "../wire/subject.js";
import { exchange, prefetch, quorum } from "./wire.js";

const name = "bench.rascal";

/** Its own pool of five publishers would let it do a fraction of this. */
const publisherPool = { max: 50, min: 50, evictionRunIntervalMillis: 100_000, idleTimeoutMillis: 600_000 };

function configOf(url: string): object {
  return {
    vhosts: {
      "/": {
        connection: { url },
        publicationChannelPools: { confirmPool: { ...publisherPool, autostart: true } },
        exchanges: { [exchange]: { type: "topic" } },
        queues: { [name]: { options: quorum } },
        bindings: [`${exchange}[${name}] -> ${name}`],
        publications: {
          [name]: {
            exchange,
            routingKey: name,
            confirm: true,
            options: { persistent: true, mandatory: true },
          },
        },
        subscriptions: { [name]: { queue: name, prefetch } },
      },
    },
  };
}

export const rascalBroker: Subject = {
  async produce(url): Promise<Producer> {
    const broker = (await rascal.BrokerAsPromised.create(configOf(url))).on("error", () => {});
    const publish = async (parcel: Parcel): Promise<void> => {
      const publication = await broker.publish(name, parcel);
      await new Promise((resolve, reject) => {
        publication.on("success", resolve).on("error", reject).on("return", reject);
      });
    };
    return { publish, close: () => broker.shutdown() };
  },

  async consume(url, handle): Promise<Consumer> {
    const broker = (await rascal.BrokerAsPromised.create(configOf(url))).on("error", () => {});
    const subscription = await broker.subscribe(name);
    subscription
      .on("message", (_message, content, settle) => {
        handle(content as Parcel); // our own
        settle();
      })
      .on("error", () => {});
    return { close: () => broker.shutdown() };
  },
};
