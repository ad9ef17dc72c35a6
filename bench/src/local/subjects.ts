import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { EventBus, type EventBusOptions, LocalBroker, type Middleware } from "@eventwright/runtime";
import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import Emittery from "emittery";
import { EventEmitter as EventEmitter3 } from "eventemitter3";
import moleculer from "moleculer";
import { nestjs } from "./nestjs.js";
import { validateOrder } from "./validate-order.js";

/** What is published: some 200 bytes of JSON. */
export interface Order {
  readonly orderId: string;
  readonly total: number;
  readonly items: readonly { readonly sku: string; readonly count: number }[];
  readonly note: string;
}

export const order: Order = {
  orderId: "9f1c2b7e-5d53-4a4f-9a3c-0d7a8c1f2e11",
  total: 129.95,
  items: [
    { sku: "keyboard-de", count: 1 },
    { sku: "cable-2m", count: 2 },
  ],
  note: "Please leave it with the neighbours in the blue house",
};

/** The same order in some 2 KB. */
export const largeOrder: Order = {
  ...order,
  items: Array.from({ length: 48 }, (_, index) => ({ sku: `spare-part-${index}`, count: index + 1 })),
};

export type Handler = (order: Order) => void | Promise<void>;

/** One way to bring an event to its handlers. */
export interface Subject {
  readonly publish: () => unknown;
  /** What to call where the end of each publish is awaited. @default `publish` */
  readonly publishAwaited?: () => unknown;
  /** Resolves when all handlers have ended. */
  readonly settled: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

export type MakeSubject = (handlers: readonly Handler[], order: Order) => Promise<Subject>;

interface Mitt {
  on(name: string, handle: Handler): void;
  emit(name: string, order: Order): void;
}

/** Required, as its types are those of its CommonJS build. */
const mitt: () => Mitt = createRequire(import.meta.url)("mitt");

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const nothing = (): Promise<void> => Promise.resolve();

const channel = defineChannel({ name: "orders", address: "orders", durable: false });
const OrderPlaced = defineEvent<Order>({
  name: "OrderPlaced",
  channel,
  type: "orders.OrderPlaced.v1",
  version: 1,
  payload: validateOrder,
  levels: 4,
});

/** The same check for all: what it takes is no difference between them. */
function isOrder(value: unknown): value is Order {
  return validateOrder(value, true) === undefined;
}

const passing: Middleware = {
  publish: (_envelope, _contract, next) => next(),
  handle: (_envelope, _contract, next) => next(),
};

function eventwright(options: Partial<EventBusOptions>): MakeSubject {
  return async (handlers, order) => {
    const bus = new EventBus({ source: "bench", broker: new LocalBroker(), ...options });
    for (const handle of handlers) bus.listen(OrderPlaced, handle);
    await bus.start();
    return {
      publish: () => bus.publish(OrderPlaced, order),
      settled: () => bus.idle(),
      close: () => bus.close(),
    };
  };
}

/** All that is measured, by name; the first is what the others are divided by. */
export const subjects: ReadonlyMap<string, MakeSubject> = new Map<string, MakeSubject>([
  [
    "node:events",
    async (handlers, order) => {
      const emitter = new EventEmitter();
      emitter.setMaxListeners(0);
      for (const handle of handlers) emitter.on("order", handle);
      return { publish: () => emitter.emit("order", order), settled: turn, close: nothing };
    },
  ],
  [
    "node:events after a check",
    async (handlers, order) => {
      const emitter = new EventEmitter();
      emitter.setMaxListeners(0);
      for (const handle of handlers) emitter.on("order", handle);
      const publish = (): boolean => isOrder(order) && emitter.emit("order", order);
      return { publish, settled: turn, close: nothing };
    },
  ],
  [
    "node:events, a check in each",
    async (handlers, order) => {
      const emitter = new EventEmitter();
      emitter.setMaxListeners(0);
      for (const handle of handlers)
        emitter.on("order", (value) => (isOrder(value) ? handle(value) : undefined));
      return { publish: () => emitter.emit("order", order), settled: turn, close: nothing };
    },
  ],
  [
    "awaiting all, errors caught",
    async (handlers, order) => {
      const guarded = async (handle: Handler): Promise<void> => {
        try {
          await handle(order);
        } catch (error) {
          console.error(error);
        }
      };
      return { publish: () => Promise.all(handlers.map(guarded)), settled: turn, close: nothing };
    },
  ],
  ["eventwright, validation off", eventwright({ validate: false })],
  ["eventwright", eventwright({})],
  ["eventwright, 3 middlewares", eventwright({ middleware: [passing, passing, passing] })],
  ["eventwright, copies", eventwright({ broker: new LocalBroker({ isolation: "copy" }) })],
  [
    "eventemitter3",
    async (handlers, order) => {
      const emitter = new EventEmitter3<{ order: [Order] }>();
      for (const handle of handlers) emitter.on("order", handle);
      return { publish: () => emitter.emit("order", order), settled: turn, close: nothing };
    },
  ],
  [
    "mitt",
    async (handlers, order) => {
      const emitter = mitt();
      for (const handle of handlers) emitter.on("order", handle);
      return { publish: () => emitter.emit("order", order), settled: turn, close: nothing };
    },
  ],
  ["@nestjs/event-emitter", nestjs],
  [
    "emittery",
    async (handlers, order) => {
      const emitter = new Emittery<{ order: Order }>();
      for (const handle of handlers) emitter.on("order", handle);
      return { publish: () => emitter.emit("order", order), settled: turn, close: nothing };
    },
  ],
  [
    "moleculer, local",
    async (handlers, order) => {
      const broker = new moleculer.ServiceBroker({ logger: false });
      for (const [index, handle] of handlers.entries()) {
        broker.createService({
          name: `listener${index}`,
          events: { order: (ctx: { params: Order }) => handle(ctx.params) },
        });
      }
      await broker.start();
      return { publish: () => broker.emit("order", order), settled: turn, close: () => broker.stop() };
    },
  ],
]);
