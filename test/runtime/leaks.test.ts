import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EventBus, LocalBroker, LocalStore, Tracker } from "@eventwright/runtime";
import { expect, test } from "vitest";
import { GetTotal, OrderPlaced, StockCounted } from "./shop.js";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

function heapUsed(): number {
  if (typeof collectGarbage !== "function") throw new Error("no gc");
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

/** The life of one bus, with some of everything in it. */
async function round(store: LocalStore): Promise<void> {
  const tracker = new Tracker({ keep: 10 });
  const bus = new EventBus({
    source: "leaks",
    broker: new LocalBroker({ store }),
    middleware: [tracker],
    log: () => {},
  });
  bus.onError(() => {});
  bus.listen(
    StockCounted,
    async ({ count }, context) => {
      if (count === 2) throw new Error("fails");
      context.signal.addEventListener("abort", () => {});
      await context.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
    },
    { timeoutMs: 1000 },
  );
  bus.listen(OrderPlaced, () => {}, { name: "orders" });
  bus.listen({ contract: GetTotal, handle: () => 1 });
  await bus.start();
  const seen = tracker.waitFor(StockCounted);
  await bus.publish(StockCounted, { sku: "a", count: 1 });
  await bus.publish(StockCounted, { sku: "a", count: 2 });
  await bus.ask(GetTotal, "1");
  await seen;
  const stream = bus.events();
  await bus.idle();
  await stream.return?.();
  await bus.close();
}

test("leaks: 10,000 rounds of start, publish, close leave no memory, timer or listener behind", {
  timeout: 60_000,
}, async () => {
  const store = new LocalStore();
  const processListeners = process.eventNames().length;
  for (let count = 0; count < 2000; count++) await round(store);
  const before = { heap: heapUsed(), timers: timers() };
  for (let count = 0; count < 10_000; count++) await round(store);
  const grownBy = (heapUsed() - before.heap) / 10_000;
  // A single object that stays costs more; the rest is the engine's own.
  expect(grownBy).toBeLessThan(60);
  expect(timers()).toBeLessThanOrEqual(before.timers);
  expect(process.eventNames().length).toBe(processListeners);
});
