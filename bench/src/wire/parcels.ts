import { type Broker, EventBus } from "@eventwright/runtime";
import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import type { Consumer, Parcel, Producer, Subject } from "./subject.js";

/** Parcels over a broker of ours, as users do it: envelope and validation on both sides. */
export function eventwright(
  makeBroker: (url: string) => Broker,
  { durable, ...options }: { readonly durable: boolean; readonly concurrency?: number },
): Subject {
  const name = durable ? "parcels" : "parcels-fleeting";
  const channel = defineChannel({ name, address: name, durable });
  const ParcelSent = defineEvent<Parcel>({
    name: "ParcelSent",
    channel,
    type: `${name}.ParcelSent.v1`,
    version: 1,
    payload: validate,
  });
  const makeBus = (url: string): EventBus =>
    new EventBus({ source: "bench", broker: makeBroker(url), log: () => {} });
  return {
    async produce(url): Promise<Producer> {
      const bus = makeBus(url);
      await bus.start();
      return { publish: (parcel) => bus.publish(ParcelSent, parcel), close: () => bus.close() };
    },

    async consume(url, handle): Promise<Consumer> {
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

const violation = { path: "", keyword: "type", expected: "a parcel", got: "something else" };

/** Looks at every member, as a generated validator does. */
function validate(value: unknown): typeof violation | undefined {
  return isObject(value) &&
    typeof value.id === "string" &&
    typeof value.sentAt === "number" &&
    Array.isArray(value.items) &&
    value.items.every(isItem)
    ? undefined
    : violation;
}

function isItem(item: unknown): boolean {
  return isObject(item) && typeof item.sku === "string" && Number.isInteger(item.count);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
