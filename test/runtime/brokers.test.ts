import {
  type Broker,
  EventBus,
  getDefaultBus,
  LocalBroker,
  LocalStore,
  NullBroker,
  setDefaultBus,
  withBus,
} from "@eventwright/runtime";
import { TestBroker } from "@eventwright/runtime/testing";
import { afterEach, expect, test } from "vitest";
import { makeBus, signal } from "./make-bus.js";
import { CancelOrder, GetTotal, OrderPlaced, StockCounted, StockNamed } from "./shop.js";

afterEach(() => setDefaultBus(undefined));

test("B1: a broker that a user writes needs no more than the interface", async () => {
  const { EventEmitter } = await import("node:events");
  const emitter = new EventEmitter();
  const mine: Broker = {
    name: "emitter",
    features: { ...new LocalBroker().features, durable: false, requestReply: false, unroutable: "none" },
    connect: async (host) => host.onStatus("open"),
    publish: (message) => void emitter.emit(message.address, message),
    reply: () => {},
    subscribe: async ({ address, wants }, onDelivery) => {
      const settled = (): void => {};
      const off = async (): Promise<void> => void emitter.off(address, deliver);
      const subscription = {
        ack: settled,
        retry: settled,
        deadLetter: settled,
        release: settled,
        consuming: true,
        stop: off,
        close: off,
      };
      const deliver = (message: Parameters<Broker["publish"]>[0]): void => {
        if (wants(message.type)) onDelivery({ message, attempt: 1 }, subscription);
      };
      emitter.on(address, deliver);
      return subscription;
    },
    close: async () => void emitter.removeAllListeners(),
  };
  const { bus } = makeBus({ broker: mine });
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  await bus.start();
  await bus.publish(StockNamed, "a");
  expect(heard).toEqual(["a"]);
  await bus.close();
  expect(emitter.eventNames()).toEqual([]);
});

test("B1: a bus refuses at its start what its broker cannot do, and says the way out", async () => {
  const poor = Object.assign(new LocalBroker(), {
    name: "poor",
    features: {
      ...new LocalBroker().features,
      durable: false,
      groups: "durable",
      nackDelay: "none",
      requestReply: false,
    },
  } as const);
  const { bus: group } = makeBus({ broker: poor });
  group.listen(StockNamed, () => {}, { name: "worker" });
  await expect(group.start()).rejects.toMatchObject({
    code: "FEATURE_MISSING",
    message:
      'cannot listen to StockNamed as worker: the poor broker gives every instance a copy; make the channel durable, or set scope to "broadcast"',
  });
  const { bus: durable } = makeBus({ broker: poor });
  durable.listen(OrderPlaced, () => {}, { name: "worker" });
  await expect(durable.start()).rejects.toThrow("keeps no events of durable channels");
  const { bus: later } = makeBus({ broker: poor });
  later.listen(StockNamed, () => {}, { scope: "broadcast", retry: {} });
  await expect(later.start()).rejects.toThrow("cannot give an event again later");
  const { bus: requests } = makeBus({ broker: poor });
  requests.listen({ contract: GetTotal, handle: () => 1 });
  await expect(requests.start()).rejects.toThrow("carries no commands and queries");
});

test("B2: the null broker takes everything, checks it, and does nothing", async () => {
  const { bus } = makeBus({ broker: new NullBroker() });
  let heard = 0;
  bus.listen(OrderPlaced, () => void heard++, { name: "l" });
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
  // @ts-expect-error no total
  await expect(bus.publish(OrderPlaced, { orderId: "1" }, { region: "eu" })).rejects.toMatchObject({
    code: "PUBLISH_INVALID",
  });
  await expect(bus.send(CancelOrder, { orderId: "1" })).rejects.toMatchObject({ code: "REQUEST_NO_HANDLER" });
  expect(heard).toBe(0);
  await bus.close();
});

test("B2: the test broker records, and delivers one or all when told to, with what handlers publish meanwhile", async () => {
  const broker = new TestBroker();
  const { bus } = makeBus({ broker });
  const heard: string[] = [];
  bus.listen(StockCounted, async ({ sku, count }, context) => {
    await new Promise((resolve) => setImmediate(resolve));
    heard.push(sku);
    if (count > 0) await context.publish(StockCounted, { sku: `${sku}+`, count: count - 1 });
  });
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 2 });
  await bus.publish(StockCounted, { sku: "b", count: 0 });
  expect([heard, broker.waiting]).toEqual([[], 2]);
  expect(await broker.process(1)).toBe(1);
  expect([heard, broker.waiting]).toEqual([["a"], 2]);
  expect(await broker.process()).toBe(3);
  expect([heard, broker.waiting]).toEqual([["a", "b", "a+", "a++"], 0]);
  expect(await broker.process()).toBe(0);
  await bus.close();
});

test("B2: the test broker asserts on what was published", async () => {
  const broker = new TestBroker();
  const { bus } = makeBus({ broker });
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 1 }, { headers: { tenant: "acme" } });
  await bus.publish(StockCounted, { sku: "b", count: 2 });
  expect(broker.published(StockCounted).map(({ payload }) => payload.sku)).toEqual(["a", "b"]);
  expect(broker.assertPublished(StockCounted, ({ sku }) => sku === "a").headers.tenant).toBe("acme");
  expect(() => broker.assertPublished(StockCounted)).toThrow(
    "expected one StockCounted to be published, got 2 that fit of 2",
  );
  expect(() => broker.assertPublished(StockNamed)).toThrow("got 0 that fit of 0");
  expect(() => broker.assertNotPublished(StockCounted)).toThrow(
    "expected no StockCounted to be published, got 2",
  );
  broker.assertNotPublished(StockNamed);
  await bus.close();
});

test("B2: through the test broker no listener shares an object with another or with the publisher", async () => {
  const broker = new TestBroker();
  const { bus } = makeBus({ broker });
  const seen: StockCounted[] = [];
  for (const name of ["one", "two"]) {
    bus.listen(
      StockCounted,
      (event) => {
        seen.push(event);
        Reflect.set(event, "count", 99);
      },
      { name },
    );
  }
  await bus.start();
  const event = { sku: "a", count: 1 };
  await bus.publish(StockCounted, event);
  event.count = 7;
  await broker.process();
  expect(seen.map(({ sku }) => sku)).toEqual(["a", "a"]);
  expect(seen[0]).not.toBe(seen[1]);
  expect(event.count).toBe(7);
  expect(broker.published(StockCounted)[0]?.payload.count).toBe(1);
  await bus.close();
});

test("B2: a request through the test broker is answered at once", async () => {
  const { bus } = makeBus({ broker: new TestBroker() });
  bus.listen({ contract: GetTotal, handle: (id) => Number(id) });
  await bus.start();
  expect(await bus.ask(GetTotal, "3")).toBe(3);
  await bus.close();
});

test("B2: with copies a handler that changes its payload changes nobody else's", async () => {
  const { bus } = makeBus({ broker: new LocalBroker({ isolation: "copy" }) });
  const seen: number[] = [];
  for (const name of ["one", "two"]) {
    bus.listen(
      StockCounted,
      (event) => {
        seen.push(event.count);
        Reflect.set(event, "count", 99);
      },
      { name },
    );
  }
  await bus.start();
  const event = { sku: "a", count: 1 };
  await bus.publish(StockCounted, event);
  expect([seen, event.count]).toEqual([[1, 1], 1]);
  await bus.close();
});

test("B3: a default bus throws until it is set; withBus overrides it for one async context", async () => {
  expect(() => getDefaultBus()).toThrow("no default bus: call setDefaultBus first");
  const [first, second, third] = [makeBus().bus, makeBus().bus, makeBus().bus];
  setDefaultBus(first);
  expect(getDefaultBus()).toBe(first);
  const gate = signal();
  const other = withBus(second, async () => {
    expect(getDefaultBus()).toBe(second);
    await gate.promise;
    withBus(third, () => expect(getDefaultBus()).toBe(third));
    expect(getDefaultBus()).toBe(second);
    throw new Error("after failure, too");
  });
  expect(getDefaultBus()).toBe(first);
  gate.resolve();
  await expect(other).rejects.toThrow("after failure");
  expect(getDefaultBus()).toBe(first);
  expect([first.state, second.state, third.state]).toEqual(["idle", "idle", "idle"]);
});

const brokers: readonly (readonly [name: string, make: () => Broker])[] = [
  ["local", () => new LocalBroker()],
  ["null", () => new NullBroker()],
  ["test", () => new TestBroker()],
];

test.for(brokers)(
  "B6: the %s broker can be closed twice, before start too; publishing after it is refused",
  async ([, make]) => {
    const untouched = make();
    await untouched.close();
    await untouched.close();
    const bus = new EventBus({ source: "test", broker: make(), log: () => {} });
    await bus.start();
    await bus.publish(StockNamed, "a");
    await Promise.all([bus.close(), bus.close()]);
    expect(bus.close()).toBe(bus.close());
    await expect(bus.publish(StockNamed, "b")).rejects.toMatchObject({ code: "PUBLISH_CLOSED" });
  },
);

test("B6: a start that failed gives everything back, and a later one works", async () => {
  const store = new LocalStore();
  const broker = new LocalBroker({ store });
  let refuses = true;
  const connect = broker.connect.bind(broker);
  broker.connect = async (host) => {
    if (refuses) throw new Error("no server");
    await connect(host);
  };
  const { bus } = makeBus({ broker });
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  await expect(bus.start()).rejects.toThrow("no server");
  expect(bus.state).toBe("idle");
  refuses = false;
  await bus.start();
  await bus.publish(StockNamed, "a");
  expect(heard).toEqual(["a"]);
  await bus.close();
});

test("life cycle: await using closes the bus", async () => {
  let state = "";
  {
    await using bus = new EventBus({ source: "test", broker: new LocalBroker(), log: () => {} });
    await bus.start();
    setImmediate(() => {
      state = bus.state;
    });
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(state).toBe("closed");
});

test("life cycle: options that are wrong are all named at once", () => {
  // @ts-expect-error no broker
  expect(() => new EventBus({ source: "a b", timeoutMs: 0, windowEvents: -1 })).toThrow(
    "cannot make a bus: source: expected text without spaces; broker: expected a broker; timeoutMs: expected a number above 0, got 0; windowEvents: expected a number above 0, got -1",
  );
});
