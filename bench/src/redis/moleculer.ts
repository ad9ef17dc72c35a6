import moleculer from "moleculer";
import type { Consumer, Parcel, Producer, Subject } from "../wire/subject.js";

function makeBroker(url: string, nodeID: string): moleculer.ServiceBroker {
  return new moleculer.ServiceBroker({ nodeID, transporter: url, logger: false });
}

/** Events of moleculer over Pub/Sub; nothing tells when the server has one. */
export const moleculerEvents: Subject = {
  async produce(url): Promise<Producer> {
    const broker = makeBroker(url, "producer");
    await broker.start();
    await broker.waitForServices("parcels");
    return { publish: (parcel) => broker.emit("parcel", parcel), close: () => broker.stop() };
  },

  async consume(url, handle): Promise<Consumer> {
    const broker = makeBroker(url, "consumer");
    broker.createService({
      name: "parcels",
      events: { parcel: (context: { readonly params: Parcel }) => handle(context.params) },
    });
    await broker.start();
    return { close: () => broker.stop() };
  },
};
