import {
  type BrokerFeatures,
  type ListenerOptions,
  LocalBroker,
  LocalStore,
  NullBroker,
} from "@eventwright/runtime";
import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { DelegatingBroker, VirtualClock } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus, makeBuses, signal } from "./make-bus.js";

const payload = (): undefined => undefined;
const channel = defineChannel({ name: "jobs", address: "jobs", durable: true });
const passing = defineChannel({ name: "passing", address: "passing", durable: false });
const Job = defineEvent<number>({ name: "Job", channel, type: "Job", version: 1, payload });
const Signal = defineEvent<number>({ name: "Signal", channel: passing, type: "Signal", version: 1, payload });

const missing: readonly (readonly [ListenerOptions, Partial<BrokerFeatures>, string])[] = [
  [
    { exclusive: true },
    { exclusive: "none" },
    "cannot keep all instances but one waiting; use another broker, or set exclusive to false",
  ],
  [
    { from: "start" },
    { replay: "none" },
    'keeps no events for listeners to come; set what the broker retains, or use another one, or set from to "now"',
  ],
  [
    { expired: "deadLetter" },
    { deadLetter: "none" },
    'keeps no dead letters; use another broker, or set expired to "drop"',
  ],
];

test.for(missing)("listener options: %o is refused where features are %o", async ([options, lack, why]) => {
  class Poor extends DelegatingBroker {
    override readonly features = { ...this.inner.features, ...lack };
  }
  const { bus } = makeBus({ broker: new Poor(new LocalBroker()) });
  bus.listen(Job, () => {}, { name: "asks", ...options });
  const message = `cannot listen to Job as asks: the local broker ${why}`;
  await expect(bus.start()).rejects.toMatchObject({ code: "FEATURE_MISSING", message });
});

test("listener options: on a channel that is not durable the way out is to make it so", async () => {
  class Poor extends DelegatingBroker {
    override readonly features = { ...this.inner.features, exclusive: "durable" } as const;
  }
  const { bus } = makeBus({ broker: new Poor(new LocalBroker()) });
  bus.listen(Signal, () => {}, { name: "asks", exclusive: true });
  await expect(bus.start()).rejects.toThrow(
    /one waiting; make the channel durable, or set exclusive to false/,
  );
});

test("exclusive: what is published while one instance drains waits for the next, also where nothing is durable", async () => {
  const [one, two] = makeBuses(2, { clock: new VirtualClock() });
  const gate = signal();
  const got: string[] = [];
  const alone = { name: "alone", exclusive: true } as const;
  const handleSlowly = (n: number): Promise<void> => {
    got.push(`one ${n}`);
    return gate.promise;
  };
  one?.bus.listen(Signal, handleSlowly, alone);
  two?.bus.listen(Signal, (n) => void got.push(`two ${n}`), alone);
  await one?.bus.start();
  await two?.bus.start();
  await two?.bus.publish(Signal, 1);
  const closed = one?.bus.close();
  await two?.bus.publish(Signal, 2);
  expect(got).toEqual(["one 1"]);
  gate.resolve();
  await closed;
  expect(got).toEqual(["one 1", "two 2"]);
  await two?.bus.close();
});

test("exclusive: instances that disagree are refused, a whole group may change its mind", async () => {
  const [one, two, three] = makeBuses(3, { clock: new VirtualClock() });
  one?.bus.listen(Job, () => {}, { name: "alone" });
  two?.bus.listen(Job, () => {}, { name: "alone", exclusive: true });
  three?.bus.listen(Job, () => {}, { name: "alone", exclusive: true });
  await one?.bus.start();
  const message = "cannot listen as alone: expected exclusive false as with the other instances, got true";
  await expect(two?.bus.start()).rejects.toMatchObject({ code: "LISTENER_INVALID", message });
  await one?.bus.close();
  await three?.bus.start();
  await three?.bus.close();
});

test("exclusive: a broadcast cannot be", () => {
  const { bus } = makeBus();
  expect(() => bus.listen(Job, () => {}, { name: "all", scope: "broadcast", exclusive: true })).toThrow(
    'scope: expected "group" with exclusive',
  );
});

test("from start: what is older than the broker retains is gone, and a group that is known goes on where it was", async () => {
  const clock = new VirtualClock();
  const store = new LocalStore(clock, { retainMs: 1000 });
  const make = (): ReturnType<typeof makeBus> =>
    makeBus({ clock, broker: new LocalBroker({ store, clock }) });
  const { bus } = make();
  bus.listen(Job, () => {}, { name: "first" });
  await bus.start();
  await bus.publish(Job, 1);
  await clock.advance(600);
  await bus.publish(Job, 2);
  await clock.advance(600);
  const got: number[] = [];
  for (const _ of [1, 2]) {
    const late = make();
    late.bus.listen(Job, (n) => void got.push(n), { name: "late", from: "start" });
    await late.bus.start();
    await late.bus.close();
  }
  expect(got).toEqual([2]);
  await bus.close();
});

test("from start: every instance of a broadcast begins there", async () => {
  const clock = new VirtualClock();
  const store = new LocalStore(clock, { retainMs: 1000 });
  const { bus } = makeBus({ clock, broker: new LocalBroker({ store, clock }) });
  bus.listen(Job, () => {}, { name: "first" });
  await bus.start();
  await bus.publish(Job, 1);
  const got: string[] = [];
  for (const name of ["a", "b"]) {
    await bus.subscribe(Job, (n) => void got.push(`${name} ${n}`), {
      name: "cache",
      scope: "broadcast",
      from: "start",
    });
  }
  expect(got).toEqual(["a 1", "b 1"]);
  await bus.close();
});

test("options for what is to come: the null broker takes them all", async () => {
  const { bus } = makeBus({ broker: new NullBroker() });
  bus.listen(Job, () => {}, { name: "all", exclusive: true, from: "start", expired: "deadLetter" });
  await bus.start();
  await bus.publish(Job, 1, { delayMs: 5, expiresAfterMs: 5 });
  await bus.close();
});

test("order stopKey: contracts without keys are refused", async () => {
  const { bus } = makeBus();
  bus.listen(Job, () => {}, { name: "jobs", retry: { order: "stopKey" } });
  const message = 'cannot listen: expected contracts with keys for order "stopKey"';
  await expect(bus.start()).rejects.toMatchObject({ code: "LISTENER_INVALID", message });
});

test("order stopKey: what was waiting for its try is given back by close, and so are those behind it", async () => {
  const Keyed = defineEvent<{ n: number; key: string }>({
    name: "Keyed",
    channel,
    type: "Keyed",
    version: 1,
    payload,
    key: "/key",
  });
  const clock = new VirtualClock();
  const broker = new LocalBroker({ clock });
  const { bus } = makeBus({ clock, broker });
  const retry = { immediate: 0, delayed: 2, delayMs: 100, jitter: 0, order: "stopKey" } as const;
  bus.listen(
    Keyed,
    () => {
      throw new Error("fails");
    },
    { name: "keyed", retry },
  );
  await bus.start();
  for (const n of [1, 2, 3]) await bus.publish(Keyed, { n, key: n === 3 ? "b" : "a" });
  expect(bus.health().listeners[0]?.open).toBe(3);
  await clock.advance(100 + 300);
  expect((await bus.deadLetters.list("keyed")).map(({ attempts }) => attempts)).toEqual([3, 3]);
  const closed = bus.close();
  expect(await broker.inspect("keyed")).toMatchObject({ waiting: 1, unsettled: 0 });
  expect((await closed).left).toEqual([]);
  expect(clock.pending).toBe(0);
});
