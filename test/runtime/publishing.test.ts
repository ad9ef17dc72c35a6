import {
  type Broker,
  EventBus,
  type EventwrightError,
  jsonSerializer,
  LocalBroker,
  type LocalBrokerOptions,
  NullBroker,
  type OutgoingMessage,
  PublishError,
} from "@eventwright/runtime";
import { EventContract } from "@eventwright/runtime/contract";
import { VirtualClock } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus, makeBuses, signal } from "./make-bus.js";
import { OrderPlaced, StockCounted, StockEmptied, StockNamed } from "./shop.js";

const counted = { sku: "a", count: 1 };

/** A local broker that accepts each event only when told to. */
class SlowBroker extends LocalBroker {
  readonly held: {
    readonly message: OutgoingMessage;
    readonly accept: () => void;
    readonly fail: (error: Error) => void;
  }[] = [];

  override publish(message: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const accept = (): void => {
        super.publish(message);
        resolve();
      };
      this.held.push({ message, accept, fail: reject });
    });
  }
}

async function rejection(promise: Promise<unknown>): Promise<EventwrightError> {
  return promise.then(
    () => Promise.reject(new Error("expected a rejection")),
    (error: EventwrightError) => error,
  );
}

test("P1: a wrong payload is refused before anything is sent, with and without a listener", async () => {
  for (const listens of [true, false]) {
    const { bus } = makeBus();
    let heard = 0;
    if (listens) bus.listen(StockCounted, () => void heard++);
    await bus.start();
    // @ts-expect-error undeclared member
    const error = await rejection(bus.publish(StockCounted, { sku: "a", count: 1, extra: true }));
    expect(error).toMatchObject({
      code: "PUBLISH_INVALID",
      outcome: "refused",
      cause: { code: "PAYLOAD_INVALID", violation: { path: "/extra", keyword: "additionalProperties" } },
    });
    expect(heard).toBe(0);
    await bus.close();
  }
});

test("P1: a process that only publishes reaches one that only listens", async () => {
  const [publisher, listener] = makeBuses(2);
  const heard: unknown[] = [];
  listener?.bus.listen(StockCounted, (event) => void heard.push(event));
  await listener?.bus.start();
  await publisher?.bus.start();
  await publisher?.bus.publish(StockCounted, counted);
  expect(heard).toEqual([counted]);
  await publisher?.bus.close();
  await listener?.bus.close();
});

test("P2: id, time, headers and a transport part can be given, and arrive", async () => {
  const broker = new LocalBroker();
  const sent: OutgoingMessage[] = [];
  const spied: Broker = Object.assign(Object.create(broker), {
    publish: (message: OutgoingMessage) => {
      sent.push(message);
      broker.publish(message);
    },
    connect: broker.connect.bind(broker),
    subscribe: broker.subscribe.bind(broker),
    close: broker.close.bind(broker),
    features: broker.features,
    name: broker.name,
  });
  const { bus } = makeBus({ broker: spied });
  const received: unknown[] = [];
  bus.listen(StockCounted, (_, { envelope }) => {
    received.push(envelope.id, envelope.time, envelope.headers.tenant, envelope.headers.absent);
  });
  await bus.start();
  const envelope = await bus.publish(StockCounted, counted, {
    id: "id-1",
    time: new Date(0),
    headers: { tenant: "acme" },
    transport: { priority: 9 },
  });
  expect(envelope.id).toBe("id-1");
  expect(received).toEqual(["id-1", "1970-01-01T00:00:00.000Z", "acme", undefined]);
  expect(sent[0]?.transport).toEqual({ priority: 9 });
  await bus.close();
});

test("P2: ids are unique, times are now, and the promise gives what is received", async () => {
  const { bus } = makeBus();
  const received: string[] = [];
  bus.listen(StockCounted, ({ count }, { envelope }) => void received.push(`${count} ${envelope.id}`));
  await bus.start();
  const before = Date.now();
  const envelopes = await Promise.all(
    [1, 2, 3].map((count) => bus.publish(StockCounted, { sku: "a", count })),
  );
  expect(envelopes.map(({ payload, id }) => `${payload.count} ${id}`)).toEqual(received);
  expect(new Set(envelopes.map(({ id }) => id)).size).toBe(3);
  for (const { time } of envelopes) {
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  }
  await bus.close();
});

test.for(["parallel", "sequential"] as const)(
  "P3: publishMany gives one result for each (%s)",
  async (mode) => {
    const { bus } = makeBus();
    const heard: string[] = [];
    bus.listen(StockNamed, (name) => void heard.push(name));
    await bus.start();
    const lone = "\ud800";
    const results = await bus.publishMany(StockNamed, ["a", "b", "c"], { mode, headers: { batch: "1" } });
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect(heard).toEqual(["a", "b", "c"]);
    // @ts-expect-error a number among texts
    const mixed = await bus.publishMany(StockNamed, ["d", 1, "e"], { mode });
    expect(mixed.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(heard).toEqual(["a", "b", "c", "d", "e"]);
    expect(lone).toHaveLength(1);
    await bus.close();
  },
);

test("P3: publishMany one after the other waits for each", async () => {
  const broker = new SlowBroker();
  const { bus } = makeBus({ broker });
  await bus.start();
  const all = bus.publishMany(StockNamed, ["a", "b"], { mode: "sequential" });
  expect(broker.held).toHaveLength(1);
  broker.held[0]?.accept();
  while (broker.held.length < 2) await Promise.resolve();
  broker.held[1]?.accept();
  expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  await bus.close();
});

test("P4: middleware sees before and after; after does not run when sending failed", async () => {
  const broker = new SlowBroker();
  const steps: string[] = [];
  const { bus } = makeBus({
    broker,
    middleware: [
      {
        async publish(_, contract, next) {
          steps.push(`before ${contract.name}`);
          await next();
          steps.push(`after ${contract.name}`);
        },
        async handle(_, contract, next, listener) {
          steps.push(`enter ${listener.name}`);
          const result = await next();
          steps.push(`leave ${contract.name}`);
          return result;
        },
      },
    ],
  });
  bus.listen(StockNamed, () => void steps.push("handled"), { name: "listener" });
  await bus.start();
  const good = bus.publish(StockNamed, "a");
  const bad = bus.publish(StockNamed, "b");
  broker.held[0]?.accept();
  broker.held[1]?.fail(new Error("lost"));
  await good;
  expect(await rejection(bad)).toMatchObject({ code: "PUBLISH_FAILED", outcome: "unknown" });
  await bus.idle();
  expect(steps.filter((step) => step.startsWith("before"))).toHaveLength(2);
  expect(steps.filter((step) => step.startsWith("after"))).toHaveLength(1);
  expect(steps.filter((step) => !/before|after/.test(step))).toEqual([
    "enter listener",
    "handled",
    "leave StockNamed",
  ]);
  await bus.close();
});

test("P5: channels go to their brokers, and one channel to several; a listener hears each event once", async () => {
  const first = new LocalBroker();
  const second = new LocalBroker();
  const third = new LocalBroker();
  const { bus } = makeBus({ broker: first, routes: { stock: [second, third], orders: third } });
  const heard: unknown[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  await bus.start();
  await bus.publish(StockNamed, "a");
  await bus.publish(StockNamed, "b");
  await bus.idle();
  expect(heard).toEqual(["a", "b"]);
  await bus.close();
});

test("P5: when one of several brokers fails, the error says which took the event and which did not", async () => {
  const failing: Broker = Object.assign(new NullBroker(), {
    name: "failing",
    publish: () => Promise.reject(new Error("down")),
  });
  const { bus } = makeBus({ broker: new LocalBroker(), routes: { stock: [new LocalBroker(), failing] } });
  const heard: unknown[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  await bus.start();
  expect(await rejection(bus.publish(StockNamed, "a"))).toMatchObject({
    code: "PUBLISH_PARTLY",
    outcome: "unknown",
    accepted: ["local"],
    message: "cannot publish StockNamed to all brokers: local took it, failing did not",
  });
  expect(heard).toEqual(["a"]);
  await bus.close();
});

test("P6: a channel moves to another broker while running; all listeners move along, nothing comes twice", async () => {
  const first = new LocalBroker();
  const second = new LocalBroker();
  const { bus } = makeBus({ broker: first });
  const heard: string[] = [];
  const gate = signal();
  bus.listen(StockNamed, (name) => void heard.push(`sync ${name}`));
  bus.listen(StockNamed, async (name) => {
    await gate.promise;
    heard.push(`slow ${name}`);
  });
  await bus.start();
  await bus.publish(StockNamed, "a");
  const moved = bus.move("stock", second);
  await bus.publish(StockNamed, "b");
  gate.resolve();
  await moved;
  await bus.publish(StockNamed, "c");
  await bus.idle();
  expect(heard.toSorted()).toEqual(["slow a", "slow b", "slow c", "sync a", "sync b", "sync c"]);
  await first.close();
  await bus.publish(StockNamed, "d");
  expect(heard).toContain("sync d");
  await bus.close();
});

const refusals: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  ["upper case", { Tenant: "a" }],
  ["a hyphen", { "tenant-id": "a" }],
  ["21 letters", { abcdefghijklmnopqrstu: "a" }],
  ["a reserved name", { subject: "a" }],
  ["a control character", { tenant: "a\nb" }],
  ["half a surrogate pair", { tenant: "\ud800" }],
];

test.for(refusals)("publishing: a header with %s is refused", async ([, headers]) => {
  const { bus } = makeBus();
  await bus.start();
  expect(await rejection(bus.publish(StockEmptied, undefined, { headers }))).toMatchObject({
    code: "PUBLISH_INVALID",
    outcome: "refused",
  });
  await bus.close();
});

test("publishing: address parameters are checked, and cannot change the address", async () => {
  const { bus } = makeBus();
  bus.listen(OrderPlaced, () => {}, { name: "all" });
  await bus.start();
  const payload = { orderId: "1", total: 1 };
  const bad: unknown[] = ["de", "eu.us", "*", "", 1, undefined];
  for (const region of bad) {
    // @ts-expect-error no such region
    expect(await rejection(bus.publish(OrderPlaced, payload, { region }))).toMatchObject({
      code: "PUBLISH_INVALID",
      message: expect.stringContaining("parameters /region"),
    });
  }
  // @ts-expect-error no parameters at all
  expect(await rejection(bus.publish(OrderPlaced, payload))).toMatchObject({
    code: "PUBLISH_INVALID",
    message: "cannot publish OrderPlaced: parameters /region: expected text, got nothing",
  });
  await bus.close();
});

test("publishing: a publish ends at its deadline, refused when nothing was written, else unknown", async () => {
  const clock = new VirtualClock();
  const broker = new SlowBroker({ clock });
  const { bus } = makeBus({ broker, clock, timeoutMs: 1000 });
  await bus.start();
  const unwritten = rejection(bus.publish(StockNamed, "a"));
  const written = rejection(bus.publish(StockNamed, "b", { timeoutMs: 500 }));
  const second = broker.held[1]?.message;
  if (second !== undefined) second.written = true;
  await clock.advance(499);
  expect(broker.held[1]?.message.cancelled).toBe(false);
  await clock.advance(1);
  expect(await written).toMatchObject({ code: "PUBLISH_TIMEOUT", outcome: "unknown" });
  await clock.advance(500);
  expect(await unwritten).toMatchObject({ code: "PUBLISH_TIMEOUT", outcome: "refused" });
  expect(broker.held[0]?.message.cancelled).toBe(true);
  expect(clock.pending).toBe(0);
  await bus.close();
});

test("publishing: the signal ends a publish, before and while it waits", async () => {
  const broker = new SlowBroker();
  const { bus } = makeBus({ broker });
  await bus.start();
  const controller = new AbortController();
  const waiting = rejection(bus.publish(StockNamed, "a", { signal: controller.signal }));
  controller.abort();
  expect(await waiting).toMatchObject({ code: "PUBLISH_ABORTED", outcome: "refused" });
  const late = rejection(bus.publish(StockNamed, "b", { signal: controller.signal }));
  expect(await late).toMatchObject({ code: "PUBLISH_ABORTED", outcome: "refused" });
  expect(broker.held).toHaveLength(1);
  await bus.close();
});

const windows: readonly (readonly [limit: string, options: object])[] = [
  ["events", { windowEvents: 3 }],
  ["bytes", { windowBytes: 7 }],
];

test.for(windows)(
  "publishing: the window is bounded in %s, and the rest waits in order",
  async ([, options]) => {
    const broker = new SlowBroker();
    const { bus } = makeBus({ broker, ...options });
    await bus.start();
    const ended: string[] = [];
    const all = ["a", "b", "c", "d", "e"].map((name) =>
      bus.publish(StockNamed, name).then(({ payload }) => void ended.push(payload)),
    );
    expect(broker.held).toHaveLength(3);
    broker.held[0]?.accept();
    while (broker.held.length < 4) await Promise.resolve();
    expect(broker.held).toHaveLength(4);
    for (let index = 1; index < 5; index++) {
      while (broker.held.length <= index) await Promise.resolve();
      broker.held[index]?.accept();
    }
    await Promise.all(all);
    expect(ended).toEqual(["a", "b", "c", "d", "e"]);
    await bus.close();
  },
);

test("publishing: bytes that the broker has let go of count in the window, and are the same when they are read again", async () => {
  class LettingGo extends SlowBroker {
    readonly bodies: Uint8Array[] = [];

    override publish(message: OutgoingMessage): Promise<void> {
      this.bodies.push(message.body);
      queueMicrotask(() => message.release?.());
      return super.publish(message);
    }
  }
  const broker = new LettingGo({ maxBytes: 100 });
  // Bytes of a serializer of one's own are kept; those of text are made each time.
  const { bus } = makeBus({ broker, windowBytes: 7, serializer: { ...jsonSerializer } });
  await bus.start();
  const all = ["a", "b", "c", "d"].map((name) => bus.publish(StockNamed, name));
  expect(broker.held).toHaveLength(3);
  await Promise.resolve();
  const again = broker.held.map(({ message }) => message.body);
  expect(again).toEqual(broker.bodies);
  expect(again[0]).not.toBe(broker.bodies[0]);
  for (let index = 0; index < 4; index++) {
    while (broker.held.length <= index) await Promise.resolve();
    broker.held[index]?.accept();
  }
  await Promise.all(all);
  await bus.close();
});

test("publishing: an event above the broker's limit is refused before it is sent, and the next works", async () => {
  const options: LocalBrokerOptions = { maxBytes: 10 };
  const { bus } = makeBus({ broker: new LocalBroker(options) });
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  await bus.start();
  expect(await rejection(bus.publish(StockNamed, "123456789"))).toMatchObject({
    code: "PUBLISH_TOO_LARGE",
    outcome: "refused",
    message: "cannot publish stock.StockNamed.v1 to shop.stock: expected at most 10 bytes, got 11",
  });
  expect(await rejection(bus.publish(StockNamed, "ééééé"))).toMatchObject({
    message: "cannot publish stock.StockNamed.v1 to shop.stock: expected at most 10 bytes, got 12",
  });
  for (const name of ["12345678", "éééé"]) await bus.publish(StockNamed, name);
  expect(heard).toEqual(["12345678", "éééé"]);
  await bus.close();
});

test("publishing: a full durable listener refuses, and takes again when it has room", async () => {
  const { bus } = makeBus({ broker: new LocalBroker({ capacity: 2 }) });
  const gate = signal();
  const heard: string[] = [];
  bus.listen(
    OrderPlaced,
    async ({ orderId }) => {
      await gate.promise;
      heard.push(orderId);
    },
    { name: "slow", concurrency: 1 },
  );
  await bus.start();
  const publish = (orderId: string): Promise<unknown> =>
    bus.publish(OrderPlaced, { orderId, total: 1 }, { region: "eu" });
  await publish("1");
  await publish("2");
  await publish("3");
  expect(await rejection(publish("4"))).toMatchObject({ code: "PUBLISH_FULL", outcome: "refused" });
  gate.resolve();
  await bus.idle();
  await publish("5");
  await bus.idle();
  expect(heard).toEqual(["1", "2", "3", "5"]);
  await bus.close();
});

test("publishing: nobody listening is no error, but a durable event needs a listener that is known", async () => {
  const { bus } = makeBus();
  await bus.start();
  await bus.publish(StockNamed, "a");
  expect(
    await rejection(bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" })),
  ).toMatchObject({
    code: "PUBLISH_UNROUTABLE",
    outcome: "refused",
  });
  await bus.close();
});

test("publishing: before start and after close it is refused with a typed error", async () => {
  const { bus } = makeBus();
  expect(await rejection(bus.publish(StockNamed, "a"))).toMatchObject({
    code: "PUBLISH_NOT_STARTED",
    message: "cannot publish StockNamed: bus is idle; await bus.start() first",
    outcome: "refused",
  });
  await bus.start();
  await bus.close();
  const error = await rejection(bus.publish(StockNamed, "a"));
  expect(error).toBeInstanceOf(PublishError);
  expect(error).toMatchObject({ code: "PUBLISH_CLOSED", outcome: "refused" });
});

test("C4: a hand-made look-alike is refused by a bus that does not know it", async () => {
  const { bus } = makeBus();
  bus.listen(StockNamed, () => {});
  await bus.start();
  const definition = { name: "StockNamed", channel: StockNamed.channel, type: StockNamed.type, version: 1 };
  const twin = new EventContract<string>({ ...definition, payload: () => undefined });
  expect(await rejection(bus.publish(twin, "a"))).toMatchObject({
    code: "PUBLISH_UNKNOWN_CONTRACT",
    cause: { code: "CONTRACT_CONFLICT" },
  });
  const literal = { ...StockNamed, kind: "event" };
  // @ts-expect-error no contract
  expect(await rejection(bus.publish(literal, "a"))).toMatchObject({ code: "PUBLISH_UNKNOWN_CONTRACT" });
  await bus.close();
});

test("C4: a bus with a list of contracts sends and receives no other, and lists them", async () => {
  const bus = new EventBus({ source: "test", broker: new LocalBroker(), contracts: [StockNamed] });
  expect(() => bus.listen(StockCounted, () => {})).toThrow("it is not among the bus's contracts");
  await bus.start();
  expect(await rejection(bus.publish(StockCounted, counted))).toMatchObject({
    code: "PUBLISH_UNKNOWN_CONTRACT",
    cause: { code: "CONTRACT_UNKNOWN" },
  });
  expect(bus.contracts).toEqual([StockNamed]);
  await bus.close();
});
