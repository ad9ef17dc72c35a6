import { type Broker, EventBus } from "@eventwright/runtime";
import { makeParcelContract } from "./parcel-contract.js";
import type { Consumer, Producer, Subject } from "./subject.js";

/** Parcels over a broker of ours, as users do it: envelope and validation on both sides. */
export function eventwright(
  makeBroker: (url: string) => Broker,
  { durable, ...options }: { readonly durable: boolean; readonly concurrency?: number },
): Subject {
  const makeBus = (url: string): EventBus =>
    new EventBus({ source: "bench", broker: makeBroker(url), log: () => {} });
  return {
    async produce(url): Promise<Producer> {
      const ParcelSent = await makeParcelContract(durable);
      const bus = makeBus(url);
      await bus.start();
      return { publish: (parcel) => bus.publish(ParcelSent, parcel), close: () => bus.close() };
    },

    async consume(url, handle): Promise<Consumer> {
      const ParcelSent = await makeParcelContract(durable);
      const bus = makeBus(url);
      bus.listen(ParcelSent, handle, {
        name: "bench",
        scope: durable ? "group" : "broadcast",
        ...options,
      });
      await bus.start();
      return { close: () => bus.close() };
    },
  };
}
