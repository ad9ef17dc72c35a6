import { type EventBus, type HandlerReturn, retry, type Subscription } from "@eventwright/runtime";
import { afterEach, expect, test } from "vitest";
import { makeTimedBus, signal } from "./make-bus.js";
import { StockNamed } from "./shop.js";

const buses: EventBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close({ timeoutMs: 0 });
});

type Limit = (listener: Subscription) => void;

const limits: readonly (readonly [limit: string, set: Limit])[] = [
  ["setConcurrency", (listener) => listener.setConcurrency(1)],
  [
    "pause and setConcurrency",
    (listener) => {
      listener.pause();
      listener.setConcurrency(1);
      listener.resume();
    },
  ],
];

/** How the run that set the limit, and is the first of all, goes on. */
const ends: readonly (readonly [end: string, end: (attempt: number) => HandlerReturn])[] = [
  ["ends at once", () => {}],
  ["ends later", () => Promise.resolve()],
  ["fails at once", () => fail()],
  ["fails later", () => Promise.reject(new Error("failed"))],
  ["is tried again at once", (attempt) => (attempt === 1 ? fail() : undefined)],
  ["is tried again and ends later", (attempt) => (attempt === 1 ? fail() : Promise.resolve())],
  ["asks for another try", (attempt) => (attempt === 1 ? retry({ afterMs: 1 }) : undefined)],
];

const cases = limits.flatMap(([limit, set]) => ends.map(([name, end]) => [limit, name, set, end] as const));

test.for(cases)(
  "limits: %s called by the first run that %s lets one handler run at a time from then on",
  async ([, , set, end]) => {
    const { bus, clock } = makeTimedBus();
    buses.push(bus);
    const { promise: opened, resolve: open } = signal();
    let running = 0;
    let most = 0;
    const handled: string[] = [];
    const handle = (name: string, { attempt }: { readonly attempt: number }): HandlerReturn => {
      const [listener] = bus.subscriptions;
      if (name === "first") {
        if (attempt === 1 && listener !== undefined) set(listener);
        return end(attempt);
      }
      most = Math.max(most, ++running);
      handled.push(name);
      return opened.finally(() => {
        running--;
      });
    };
    bus.listen(StockNamed, (name, context) => handle(name, context), { retry: { immediate: 1, delayed: 0 } });
    await bus.start();
    await bus.publish(StockNamed, "first");
    await bus.idle();
    await clock.advance(1);
    await bus.idle();
    for (const name of ["second", "third", "fourth"]) await bus.publish(StockNamed, name);
    expect(handled).toEqual(["second"]);
    open();
    await bus.idle();
    expect(handled).toEqual(["second", "third", "fourth"]);
    expect(most).toBe(1);
  },
);

test("limits: the signal of a handler whose time is up fires before another one takes its place", async () => {
  const { bus, clock } = makeTimedBus();
  buses.push(bus);
  const seen: string[] = [];
  const handle = (name: string, { signal: aborted }: { readonly signal: AbortSignal }): Promise<void> => {
    seen.push(`${name} begins`);
    aborted.addEventListener("abort", () => void seen.push(`${name} is over`));
    return new Promise(() => {});
  };
  const options = { concurrency: 1, timeoutMs: 100, retry: { immediate: 0, delayed: 0 } };
  bus.listen(StockNamed, (name, context) => handle(name, context), options);
  await bus.start();
  for (const name of ["first", "second"]) await bus.publish(StockNamed, name);
  await clock.advance(100);
  expect(seen).toEqual(["first begins", "first is over", "second begins"]);
  await clock.advance(100);
});

function fail(): never {
  throw new Error("failed");
}
