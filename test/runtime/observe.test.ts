import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type EventRecord, Reporter, retry, Tracker, upcast } from "@eventwright/runtime";
import { defineEvent } from "@eventwright/runtime/contract";
import { VirtualClock } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus } from "./make-bus.js";
import {
  OrderPlaced,
  type OrdersParameters,
  objectOf,
  ordersChannel,
  StockCounted,
  StockNamed,
} from "./shop.js";

test("L15: a tracker keeps the last events, each once", async () => {
  const tracker = new Tracker({ keep: 2 });
  const { bus } = makeBus({ middleware: [tracker] });
  bus.listen(StockNamed, () => {});
  await bus.start();
  for (const name of ["a", "b", "c"]) await bus.publish(StockNamed, name);
  await bus.idle();
  expect(tracker.events.map(({ envelope }) => envelope.payload)).toEqual(["b", "c"]);
  await bus.close();
});

test("L15: waitFor takes the next event that fits, and leaves nothing behind", async () => {
  const clock = new VirtualClock();
  const tracker = new Tracker({ clock });
  const { bus } = makeBus({ middleware: [tracker] });
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 5 });
  const waiting = tracker.waitFor(StockCounted, { where: ({ count }) => count > 2 });
  await bus.publish(StockNamed, "other");
  await bus.publish(StockCounted, { sku: "b", count: 1 });
  await bus.publish(StockCounted, { sku: "c", count: 3 });
  expect((await waiting).payload.sku).toBe("c");
  const timed = tracker.waitFor(StockCounted, { timeoutMs: 100 });
  const controller = new AbortController();
  const aborted = tracker.waitFor(StockCounted, { signal: controller.signal });
  controller.abort(new Error("no longer"));
  await expect(aborted).rejects.toThrow("no longer");
  await expect(tracker.waitFor(StockCounted, { signal: controller.signal })).rejects.toThrow("no longer");
  const failing = tracker.waitFor(StockCounted, {
    where: () => {
      throw new Error("predicate");
    },
  });
  await Promise.all([expect(timed).rejects.toMatchObject({ code: "TRACKER_TIMEOUT" }), clock.advance(100)]);
  await Promise.all([
    expect(failing).rejects.toThrow("predicate"),
    bus.publish(StockCounted, { sku: "d", count: 1 }),
  ]);
  expect([tracker.waiting, clock.pending]).toEqual([0, 0]);
  await bus.close();
});

test("L15: a reporter writes one record for each publish and handling, without payloads", async () => {
  const records: EventRecord[] = [];
  const { bus } = makeBus({
    middleware: [new Reporter((record) => void records.push(record), new VirtualClock())],
  });
  bus.listen(
    StockNamed,
    (name) => {
      if (name === "bad secret") throw new RangeError("no");
    },
    { name: "listener" },
  );
  await bus.start();
  const { id } = await bus.publish(StockNamed, "good secret");
  await bus.publish(StockNamed, "bad secret");
  await bus.idle();
  const what = {
    contract: "StockNamed",
    channel: "stock",
    type: StockNamed.type,
    id,
    source: "test",
    durationMs: 0,
  };
  expect(records.filter((record) => record.id === id)).toEqual([
    { direction: "handle", outcome: "ok", ...what, listener: "listener", attempt: 1 },
    { direction: "publish", outcome: "ok", ...what },
  ]);
  expect(records.find((record) => record.outcome === "failed")).toMatchObject({
    direction: "handle",
    error: "RangeError",
  });
  expect(JSON.stringify(records)).not.toContain("secret");
  await bus.close();
});

test("L15: a reporter's own failure never leaves it", async () => {
  const broken = new Reporter(() => {
    throw new Error("log is full");
  });
  const { bus, failures } = makeBus({ middleware: [broken] });
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  await bus.start();
  await bus.publish(StockNamed, "a");
  await bus.idle();
  expect([heard, failures]).toEqual([["a"], []]);
  await bus.close();
});

test("diagnostics: publish, deliver, handle, retry and dead letter are told to those who subscribed", async () => {
  const told: unknown[] = [];
  const names = ["publish", "deliver", "handle", "retry", "dead-letter"].map((name) => `eventwright:${name}`);
  const hear = (message: unknown, name: string | symbol): void => void told.push([name, message]);
  for (const name of names) subscribe(name, hear);
  try {
    const { bus } = makeTimedBus();
    bus.listen(
      OrderPlaced,
      ({ total }, { attempt }) => {
        if (total === 0) throw new Error("no total");
        return attempt === 1 ? retry({ afterMs: 0 }) : undefined;
      },
      { name: "l", retry: { immediate: 1, delayed: 0 } },
    );
    await bus.start();
    await bus.publish(OrderPlaced, { orderId: "1", total: 0 }, { region: "eu" }, { id: "1" });
    await bus.idle();
    await bus.close();
  } finally {
    for (const name of names) unsubscribe(name, hear);
  }
  const at = { type: OrderPlaced.type, id: "1", listener: "l" };
  const error = new Error("no total");
  expect(told).toEqual([
    ["eventwright:deliver", { ...at, attempt: 1 }],
    ["eventwright:retry", { ...at, attempt: 1, delayMs: 0, error }],
    ["eventwright:publish", { type: OrderPlaced.type, address: "shop.orders.eu", id: "1" }],
    ["eventwright:dead-letter", { ...at, attempt: 2, reason: "failed", error }],
  ]);
});

interface OrderPlacedV2 {
  readonly orderId: string;
  readonly cents: number;
}

const OrderPlacedV2 = defineEvent<OrderPlacedV2, OrdersParameters>({
  name: "OrderPlacedV2",
  channel: ordersChannel,
  type: "orders.OrderPlaced.v2",
  version: 2,
  key: "/orderId",
  payload: objectOf({ orderId: "string", cents: "number" }),
});

test("upcasting: a listener of a newer contract takes the older one's events, converted and checked", async () => {
  const { bus, failures } = makeBus();
  const heard: unknown[] = [];
  bus.listen(OrderPlacedV2, (event, { envelope }) => void heard.push(event, envelope.type), {
    name: "v2",
    where: ({ cents }) => cents > 100,
    upcasts: [
      upcast(OrderPlaced, OrderPlacedV2, ({ orderId, total }) => ({
        orderId,
        cents: total < 0 ? JSON.parse('"none"') : total * 100,
      })),
    ],
    retry: { immediate: 0, delayed: 0 },
  });
  await bus.start();
  const region = { region: "eu" } as const;
  await bus.publish(OrderPlaced, { orderId: "1", total: 3 }, region);
  await bus.publish(OrderPlacedV2, { orderId: "2", cents: 700 }, region);
  await bus.publish(OrderPlaced, { orderId: "3", total: 1 }, region);
  await bus.publish(OrderPlaced, { orderId: "4", total: -1 }, region);
  await bus.idle();
  expect(heard).toEqual([
    { orderId: "1", cents: 300 },
    OrderPlaced.type,
    { orderId: "2", cents: 700 },
    OrderPlacedV2.type,
  ]);
  expect(failures).toMatchObject([
    { error: { code: "PAYLOAD_INVALID", violation: { path: "/cents" } }, next: "deadLetter" },
  ]);
  await bus.close();
});

test("upcasting: the older one's events come from other buses, too", async () => {
  const [publishing, listening] = makeBuses(2);
  const heard: unknown[] = [];
  listening?.bus.listen(OrderPlacedV2, (event) => void heard.push(event), {
    name: "v2",
    upcasts: [upcast(OrderPlaced, OrderPlacedV2, ({ orderId, total }) => ({ orderId, cents: total * 100 }))],
  });
  await Promise.all([publishing?.bus.start(), listening?.bus.start()]);
  await publishing?.bus.publish(OrderPlaced, { orderId: "1", total: 3 }, { region: "eu" });
  await listening?.bus.idle();
  expect(heard).toEqual([{ orderId: "1", cents: 300 }]);
  await Promise.all([publishing?.bus.close(), listening?.bus.close()]);
});

test("upcasting: one that makes an event not listened to is refused", async () => {
  const { bus } = makeBus();
  bus.listen(StockNamed, () => {}, { upcasts: [upcast(StockCounted, StockCounted, (event) => event)] });
  await expect(bus.start()).rejects.toMatchObject({ code: "LISTENER_INVALID" });
});
