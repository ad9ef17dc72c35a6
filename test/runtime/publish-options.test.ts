import { EventBus, LocalBroker, LocalStore, type PublishOptions, RequestError } from "@eventwright/runtime";
import { defineChannel, defineEvent, defineQuery } from "@eventwright/runtime/contract";
import { DelegatingBroker, VirtualClock } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus, signal } from "./make-bus.js";

const channel = defineChannel({ name: "jobs", address: "jobs", durable: true });
const passing = defineChannel({ name: "passing", address: "passing", durable: false });
const payload = (): undefined => undefined;
const Job = defineEvent<{ n: number }>({ name: "Job", channel, type: "Job", version: 1, payload });
const Signal = defineEvent<number>({ name: "Signal", channel: passing, type: "Signal", version: 1, payload });
const Ask = defineQuery<number, number>({
  name: "Ask",
  channel: passing,
  type: "Ask",
  version: 1,
  payload,
  reply: payload,
});

const outOfBounds: readonly (readonly [PublishOptions, string])[] = [
  [{ delayMs: -1 }, "delayMs: expected a number from 0 to 3155760000000, got -1"],
  [{ delayMs: Number.NaN }, "delayMs: expected a number from 0 to 3155760000000, got NaN"],
  [{ delayMs: Number.POSITIVE_INFINITY }, "delayMs: expected a number from 0 to 3155760000000, got Infinity"],
  [{ priority: 10 }, "priority: expected a number from 0 to 9, got 10"],
  [{ expiresAfterMs: 0 }, "expiresAfterMs: expected a number from 1 to 3155760000000, got 0"],
];

test.for(outOfBounds)("publish options: %o is refused", async ([options, problem]) => {
  const { bus } = makeBus();
  await bus.start();
  const refusal = {
    code: "PUBLISH_INVALID",
    outcome: "refused",
    message: `cannot publish Signal: ${problem}`,
  };
  await expect(bus.publish(Signal, 1, options)).rejects.toMatchObject(refusal);
  await bus.close();
});

test.for([
  ["none", Job, "the local broker delays no events; use another broker"],
  ["durable", Signal, "the local broker delays no events of channels that are not durable; make it durable"],
  ["none", Signal, "the local broker delays no events of channels that are not durable; use another broker"],
] as const)(
  "publish options: a delay on a broker with %s is refused for %o",
  async ([delay, contract, why]) => {
    class Hasty extends DelegatingBroker {
      override readonly features = { ...this.inner.features, delay };
    }
    const { bus } = makeBus({ broker: new Hasty(new LocalBroker()) });
    await bus.start();
    const refusal = {
      code: "PUBLISH_UNSUPPORTED",
      outcome: "refused",
      message: `cannot publish ${contract.name} with delayMs: ${why}`,
    };
    await expect(bus.publish<unknown, object>(contract, { n: 1 }, { delayMs: 5 })).rejects.toMatchObject(
      refusal,
    );
    await bus.close();
  },
);

test("publish options: a delayed event is what it was when it was published", async () => {
  const { bus, clock } = makeTimedBus();
  const got: number[] = [];
  bus.listen(Job, ({ n }) => void got.push(n), { name: "later" });
  await bus.start();
  const job = { n: 1 };
  await bus.publish(Job, job, { delayMs: 100 });
  job.n = 2;
  await clock.advance(99);
  expect(got).toEqual([]);
  await clock.advance(1);
  expect(got).toEqual([1]);
  await bus.close();
});

test("publish options: a delayed event outlives the bus that published it, and no timer does", async () => {
  const clock = new VirtualClock();
  const [publisher, listener, heir] = makeBuses(3, { clock });
  const got: number[] = [];
  for (const one of [listener, heir]) one?.bus.listen(Job, ({ n }) => void got.push(n), { name: "later" });
  await listener?.bus.start();
  await publisher?.bus.start();
  await publisher?.bus.publish(Job, { n: 1 }, { delayMs: 100 });
  await publisher?.bus.close();
  await listener?.bus.close();
  expect(clock.pending).toBe(0);
  await clock.advance(500);
  await heir?.bus.start();
  await clock.advance(0);
  expect(got).toEqual([1]);
  await heir?.bus.close();
});

test("publish options: a delay longer than any timer is kept", async () => {
  const day = 86_400_000;
  let now = 0;
  let fire = (): void => {};
  const clock = {
    now: () => now,
    after: (_delayMs: number, callback: () => void) => {
      fire = callback;
      return () => {};
    },
  };
  const bus = new EventBus({ source: "s", broker: new LocalBroker({ store: new LocalStore(clock) }) });
  let got = 0;
  bus.listen(Job, () => void got++, { name: "later" });
  await bus.start();
  await bus.publish(Job, { n: 1 }, { delayMs: 60 * day });
  now = 25 * day;
  fire();
  expect(got).toBe(0);
  now = 60 * day;
  fire();
  expect(got).toBe(1);
  await bus.close();
});

test("publish options: a full broker refuses further delayed events", async () => {
  const { bus } = makeBus({ broker: new LocalBroker({ capacity: 2, clock: new VirtualClock() }) });
  bus.listen(Job, () => {}, { name: "later" });
  await bus.start();
  for (const n of [1, 2]) await bus.publish(Job, { n }, { delayMs: 100 });
  await expect(bus.publish(Job, { n: 3 }, { delayMs: 100 })).rejects.toMatchObject({ code: "PUBLISH_FULL" });
  await bus.close();
});

test("time to live: it travels as expirytime, and that of another producer counts", async () => {
  const { bus, clock } = makeTimedBus();
  const got: number[] = [];
  const gate = signal();
  bus.listen(
    Signal,
    async (n) => {
      got.push(n);
      if (n === 1) await gate.promise;
    },
    { name: "one", concurrency: 1 },
  );
  await bus.start();
  await bus.publish(Signal, 1);
  const { headers } = await bus.publish(Signal, 2, { expiresAfterMs: 50, headers: { tenant: "acme" } });
  expect({ ...headers }).toEqual({ tenant: "acme", expirytime: "1970-01-01T00:00:00.050Z" });
  await bus.publish(Signal, 3, { headers: { expirytime: "1970-01-01T00:00:00.02Z" } });
  await bus.publish(Signal, 4, { headers: { expirytime: "no time" } });
  await bus.publish(Signal, 5, { expiresAfterMs: 51 });
  await clock.advance(50);
  gate.resolve();
  await bus.idle();
  expect(got).toEqual([1, 4, 5]);
  await bus.close();
});

test("time to live: a request that comes too late is refused to its caller", async () => {
  const { bus, clock } = makeTimedBus();
  const gate = signal();
  bus.listen({
    contract: Ask,
    options: { name: "answers", concurrency: 1 },
    handle: async (n) => {
      await gate.promise;
      return n;
    },
  });
  await bus.start();
  const first = bus.ask(Ask, 1);
  const late = bus.ask(Ask, 2, { expiresAfterMs: 10 });
  const refused = expect(late).rejects.toSatisfy(
    (error) => error instanceof RequestError && error.remote?.code === "EVENT_EXPIRED",
  );
  await clock.advance(20);
  gate.resolve();
  expect(await first).toBe(1);
  await refused;
  await bus.close();
});

test("time to live: what the filter passes over is no dead letter", async () => {
  const { bus, clock } = makeTimedBus();
  const options = { name: "odd", expired: "deadLetter" } as const;
  bus.listen(Job, () => {}, { ...options, where: ({ n }) => n % 2 === 1 });
  await bus.start();
  const [subscription] = bus.subscriptions;
  subscription?.pause();
  for (const n of [1, 2]) await bus.publish(Job, { n }, { expiresAfterMs: 10 });
  await clock.advance(20);
  subscription?.resume();
  await bus.idle();
  const letters = await bus.deadLetters.list("odd");
  expect(letters.map(({ message }) => Job.deserialize(message.body).n)).toEqual([1]);
  await bus.close();
});

test("publish dedup: an id counts for its window, its source and its address", async () => {
  const clock = new VirtualClock();
  const store = new LocalStore(clock, { dedupeWindowMs: 100 });
  const make = (source: string): EventBus =>
    makeBus({ source, clock, broker: new LocalBroker({ store, clock }) }).bus;
  const [bus, other] = [make("one"), make("other")];
  const got: number[] = [];
  bus.listen(Signal, (n) => void got.push(n), { name: "signals" });
  await bus.start();
  await other.start();
  await bus.publish(Signal, 1, { id: "a" });
  await clock.advance(60);
  await bus.publish(Signal, 2, { id: "a" });
  await other.publish(Signal, 3, { id: "a" });
  await clock.advance(60);
  await bus.publish(Signal, 4, { id: "a" });
  expect(got).toEqual([1, 3, 4]);
  await Promise.all([bus.close(), other.close()]);
});

test("publish dedup: what was refused does not count, nor does what is replayed to a channel", async () => {
  const clock = new VirtualClock();
  const store = new LocalStore(clock, { dedupeWindowMs: 100 });
  const { bus } = makeBus({ clock, broker: new LocalBroker({ store, clock }) });
  const got: number[] = [];
  bus.listen(
    Job,
    ({ n }, { attempt }) => {
      got.push(n);
      if (got.length === 1) throw new Error(`fails ${attempt}`);
    },
    { name: "jobs", retry: { immediate: 0, delayed: 0 } },
  );
  await bus.start();
  await expect(bus.publish(Job, { n: Number.NaN }, { id: "a" })).rejects.toThrow();
  await bus.publish(Job, { n: 1 }, { id: "a" });
  const [letter] = await bus.deadLetters.list("jobs");
  expect(await bus.deadLetters.replayTo("jobs", letter?.id ?? "", channel)).toBe(true);
  expect(got).toEqual([1, 1]);
  await bus.close();
});

test("publish dedup: a request is answered however often it is sent", async () => {
  const store = new LocalStore(new VirtualClock(), { dedupeWindowMs: 100 });
  const { bus } = makeBus({ broker: new LocalBroker({ store }) });
  bus.listen({ contract: Ask, handle: (n) => n * 2 });
  await bus.start();
  expect([await bus.ask(Ask, 1, { id: "a" }), await bus.ask(Ask, 1, { id: "a" })]).toEqual([2, 2]);
  await bus.close();
});

test("priority: what close gives back keeps its place, and a broker without priorities refuses them", async () => {
  class Plain extends DelegatingBroker {
    override readonly features = { ...this.inner.features, priority: "none" } as const;
  }
  const store = new LocalStore();
  const make = (): EventBus => makeBus({ broker: new LocalBroker({ store }) }).bus;
  const [first, second] = [make(), make()];
  const options = { name: "jobs", concurrency: 3 };
  first.listen(Job, () => {}, options);
  await first.start();
  first.subscriptions[0]?.pause();
  for (const priority of [1, 5, 3]) await first.publish(Job, { n: priority }, { priority });
  await first.publish(Job, { n: 9 }, { priority: 9 });
  await first.close();
  const got: number[] = [];
  second.listen(Job, ({ n }) => void got.push(n), { ...options, concurrency: 1 });
  await second.start();
  expect(got).toEqual([9, 5, 3, 1]);
  await second.close();
  const { bus } = makeBus({ broker: new Plain(new LocalBroker()) });
  await bus.start();
  await expect(bus.publish(Job, { n: 1 }, { priority: 1 })).rejects.toMatchObject({
    code: "PUBLISH_UNSUPPORTED",
    message: "cannot publish Job with priority: the local broker knows no priorities; use another broker",
  });
  await bus.close();
});
