import type { RetryOptions } from "../../listener/retry.js";
import { assertEqual, assertThat } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import type { Item, World } from "./world.js";
import { turn } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

/** A promise with its ends outside. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A policy by which a failing event stops its key. */
const stopping = {
  immediate: 0,
  delayed: 5,
  delayMs: 50,
  factor: 1,
  jitter: 0,
  order: "stopKey",
} satisfies RetryOptions;

/** Whether a channel has to be durable for deliveries to be given back. */
function lasting(world: World): boolean {
  return world.features.nack === "durable" || world.features.durable;
}

/** Acknowledgement, order and attempts. */
export const ackCases: readonly SuiteCase[] = [
  {
    id: "A1",
    promise:
      "while a handler runs its event is not acknowledged, and no second one starts beyond the concurrency",
    needs: "inspect",
    async run(world) {
      const contract = world.item({ durable: lasting(world) });
      const { opened, open } = gate();
      let started = 0;
      const bus = world.bus().listen(
        contract,
        async () => {
          started++;
          await opened;
        },
        { name: "slow", concurrency: 1 },
      );
      await bus.start();
      for (const n of numbers(3)) await bus.publish(contract, item(n));
      await world.until("the first starts", () => started > 0);
      await turn();
      const held = await world.inspect(bus, "slow");
      assertThat(held.unsettled >= 1, "the running one is not acknowledged");
      assertEqual([started, held.waiting + held.unsettled], [1, 3], "started, kept");
      open();
      await world.until("all are handled", () => started === 3);
    },
  },
  {
    id: "A2",
    promise: "when close resolves, what was handled is acknowledged",
    needs: "inspect",
    async run(world) {
      const contract = world.item({ durable: lasting(world) });
      let handled = 0;
      const bus = world.bus().listen(
        contract,
        async () => {
          await turn();
          handled++;
        },
        { name: "acks" },
      );
      await bus.start();
      for (const n of numbers(20)) await bus.publish(contract, item(n));
      await world.until("all are handled", () => handled === 20);
      await bus.close();
      const other = world.bus();
      await other.start();
      const { waiting, unsettled } = await world.inspect(other, "acks");
      assertEqual([waiting, unsettled], [0, 0], "left on the server");
    },
  },
  {
    id: "A3",
    promise: "a handler that throws twice is called three times, with attempts 1, 2, 3",
    needs: "nack",
    async run(world) {
      const contract = world.item({ durable: lasting(world) });
      const attempts: number[] = [];
      const bus = world.bus().listen(
        contract,
        (_, { attempt }) => {
          attempts.push(attempt);
          if (attempts.length < 3) throw new Error("again");
        },
        { name: "thrice", retry: { immediate: 1, delayed: 3, delayMs: 10, jitter: 0 } },
      );
      await bus.start();
      await bus.publish(contract, item(1));
      await world.until("the second call", () => attempts.length >= 2);
      await world.pass(20);
      await world.until("the third call", () => attempts.length >= 3);
      await bus.idle();
      await world.pass(100);
      assertEqual(attempts, [1, 2, 3], "attempts");
    },
  },
  {
    id: "A4",
    promise: "listeners that fail a hundred times lose nothing",
    needs: "nackDelay",
    async run(world) {
      const contract = world.item({ durable: lasting(world) });
      const done: string[] = [];
      const bus = world.bus();
      for (const name of ["one", "two", "three"]) {
        let failures = 0;
        bus.listen(
          contract,
          ({ n }) => {
            if (failures++ < 100) throw new Error("not yet");
            done.push(`${name} ${n}`);
          },
          { name, retry: { immediate: 200 } },
        );
      }
      await bus.start();
      for (const n of numbers(3)) await bus.publish(contract, item(n));
      await world.until("all are done", () => done.length >= 9);
      assertEqual(new Set(done).size, 9, "events done");
    },
  },
  {
    id: "A5",
    promise: "a second settle has no effect, and disturbs no other event",
    needs: "nack",
    async run(world) {
      const contract = world.item({ durable: lasting(world) });
      const bus = world.bus();
      const broker = world.broker(bus);
      const subscribe = broker.subscribe.bind(broker);
      broker.subscribe = (options, onDelivery) =>
        subscribe(options, (delivery, subscription) => {
          onDelivery(delivery, subscription);
          subscription.ack(delivery);
          subscription.retry(delivery, { delayMs: 0, attempts: 1, firstFailedAt: 0 });
          subscription.release(delivery);
        });
      const got: number[] = [];
      bus.listen(contract, ({ n }) => void got.push(n), { name: "twice", concurrency: 4 });
      await bus.start();
      for (const n of numbers(20)) await bus.publish(contract, item(n));
      await world.until("all arrive", () => got.length >= 20);
      await world.pass(50);
      assertEqual(got, numbers(20), "what was handled");
    },
  },
  {
    id: "A7",
    promise: "what an instance held when it died goes to another, one attempt on",
    needs: "attemptCount",
    async run(world) {
      const contract = world.item({ durable: true });
      const dying = world.bus({ closeTimeoutMs: 1 });
      let held = 0;
      dying.listen(
        contract,
        () => {
          held++;
          return new Promise<void>(() => {});
        },
        { name: "heir", concurrency: 10 },
      );
      await dying.start();
      for (const n of numbers(10)) await dying.publish(contract, item(n));
      await world.until("ten are held", () => held === 10);
      const got: { n: number; attempt: number }[] = [];
      const heir = world
        .bus()
        .listen(contract, ({ n }, { attempt }) => void got.push({ n, attempt }), { name: "heir" });
      await heir.start();
      await world.kill(dying);
      await world.until("the other has all", () => got.length >= 10);
      const byNumber = got.toSorted((left, right) => left.n - right.n);
      assertEqual(
        byNumber,
        numbers(10).map((n) => ({ n, attempt: 2 })),
        "what the other got",
      );
    },
  },
  {
    id: "A8",
    promise: "equal keys are handled in order, different keys side by side",
    async run(world) {
      const [count, keys] = [world.volume(200, 1000), 16];
      const contract = world.item({ keyed: true, durable: world.features.durable });
      const got = new Map<string, number[]>();
      let running = 0;
      let most = 0;
      const bus = world.bus().listen(
        contract,
        async ({ n, key }) => {
          most = Math.max(most, ++running);
          for (let turns = 0; turns < (n % 3) + 1; turns++) await turn();
          got.set(key, [...(got.get(key) ?? []), n]);
          running--;
        },
        { name: "keyed", concurrency: 8 },
      );
      await bus.start();
      // Not one after the other: they must arrive faster than they are handled, or none run side by side.
      await Promise.all(numbers(count).map((n) => bus.publish(contract, item(n, `k${n % keys}`))));
      await world.until("all are handled", () => [...got.values()].flat().length >= count);
      for (const [key, handled] of got) {
        assertEqual(
          handled,
          handled.toSorted((left, right) => left - right),
          `order of ${key}`,
        );
      }
      assertThat(most > 1 && most <= 8, `keys run side by side within the concurrency, got ${most} at once`);
    },
  },
  {
    id: "A9",
    promise: "while one event waits for its retry, others of its key and of other keys go on",
    needs: "nackDelay",
    async run(world) {
      const contract = world.item({ keyed: true, durable: lasting(world) });
      const got: number[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          if (n === 0 && attempt <= 3) throw new Error("failing");
          got.push(n);
        },
        { name: "pass", retry: { immediate: 0, delayed: 5, delayMs: 50, factor: 1, jitter: 0 } },
      );
      await bus.start();
      for (const n of numbers(6)) await bus.publish(contract, item(n, n % 2 === 0 ? "failing" : "other"));
      await world.until("the others pass", () => got.length >= 5);
      assertEqual(got, [1, 2, 3, 4, 5], "handled meanwhile");
      for (const _ of numbers(3)) await world.pass(60);
      await world.until("the failing one is handled", () => got.includes(0));
    },
  },
  {
    id: "A9b",
    promise: "where a failing event stops its key, later ones of the key wait for it, and no other key does",
    async run(world) {
      const contract = world.item({ keyed: true, durable: lasting(world) });
      const got: number[] = [];
      const attempts: number[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          if (n === 0) attempts.push(attempt);
          // However long the others take on a busy machine, they come first.
          if (n === 0 && (attempt <= 3 || got.length < 3)) throw new Error("failing");
          got.push(n);
        },
        { name: "stop", concurrency: 2, retry: { ...stopping, delayed: 1_000 } },
      );
      await bus.start();
      for (const n of numbers(6)) await bus.publish(contract, item(n, n % 2 === 0 ? "failing" : "other"));
      await world.until("the other key goes on", () => got.length >= 3);
      await world.passUntil("the key goes on", 60, () => got.length >= 6);
      assertEqual(got, [1, 3, 5, 0, 2, 4], "handled");
      assertThat(attempts.length >= 4, "the failing one was tried until it succeeded");
      assertEqual(
        attempts,
        Array.from(attempts.keys(), (index) => index + 1),
        "its attempts",
      );
    },
  },
  {
    id: "A9c",
    promise: "closed while an event stops its key, the next instance gets it before the later ones",
    needs: "durable",
    async run(world) {
      const contract = world.item({ keyed: true, durable: true });
      let failed = false;
      const options = { name: "stop and close", concurrency: 1, retry: stopping };
      const bus = world.bus().listen(
        contract,
        () => {
          failed = true;
          throw new Error("failing");
        },
        options,
      );
      await bus.start();
      for (const n of numbers(4)) await bus.publish(contract, item(n));
      await world.until("the first has failed", () => failed);
      assertEqual((await bus.close()).left, [], "left");
      const got: number[] = [];
      const next = world.bus().listen(contract, ({ n }) => void got.push(n), options);
      await next.start();
      await world.until("all arrive", () => got.length >= 4);
      assertEqual(got, numbers(4), "what came to the next instance");
    },
  },
  {
    id: "A10",
    promise:
      "over a broken link the events of a key come in order: some may repeat, none is missing or swapped",
    needs: "link",
    async run(world) {
      const [count, keys] = [world.volume(200, 2000), 4];
      const contract = world.item({ keyed: true, durable: lasting(world) });
      const first = new Map<string, number[]>();
      const seen = new Set<number>();
      const listener = world.bus().listen(
        contract,
        async ({ n, key }) => {
          if (seen.has(n)) return;
          seen.add(n);
          first.set(key, [...(first.get(key) ?? []), n]);
          await turn();
        },
        { name: "cut", concurrency: 4 },
      );
      await listener.start();
      const publisher = world.bus();
      await publisher.start();
      const accepted = new Set<number>();
      for (const n of numbers(count)) {
        if (n === Math.floor(count / 2)) {
          world.link.cut();
          setTimeout(() => void world.link.heal(), 200);
        }
        const options = { id: `${contract.name} ${n}` };
        for (let ended = false; !ended; ) {
          // What is unknown is published again, with its id, before anything later.
          await publisher.publish(contract, item(n, `k${n % keys}`), options).then(
            () => {
              ended = true;
              accepted.add(n);
            },
            () => {},
          );
        }
      }
      await world.until("all accepted ones arrive", () => [...accepted].every((n) => seen.has(n)));
      for (const [key, handled] of first) {
        assertEqual(
          handled,
          handled.toSorted((left, right) => left - right),
          `order of first deliveries of ${key}`,
        );
      }
    },
  },
  {
    id: "A11",
    promise: "each attempt sees the original headers",
    needs: "nack",
    async run(world) {
      const contract = world.item({ durable: lasting(world) });
      const seen: unknown[] = [];
      const bus = world.bus().listen(
        contract,
        (_, { envelope, attempt }) => {
          seen.push({ ...envelope.headers });
          Reflect.set(envelope.headers, "tenant", "changed");
          if (attempt === 1) throw new Error("again");
        },
        { name: "headers", retry: { immediate: 1 } },
      );
      await bus.start();
      await bus.publish(contract, item(1), { headers: { tenant: "original" } });
      await world.until("the second attempt", () => seen.length >= 2);
      assertEqual(seen, [{ tenant: "original" }, { tenant: "original" }], "headers");
    },
  },
  {
    id: "A12",
    promise: "what a failed handler published through its context is not sent",
    async run(world) {
      const [cause, effect] = [world.item(), world.item()];
      const got: number[] = [];
      const bus = world.bus();
      bus.listen(effect, ({ n }) => void got.push(n), { scope: "broadcast" });
      bus.listen(
        cause,
        async ({ n }, context) => {
          await context.publish(effect, item(n));
          await context.publish(effect, item(n + 1));
          if (n < 0) throw new Error("after publishing");
        },
        { scope: "broadcast" },
      );
      await bus.start();
      await bus.publish(cause, item(-10));
      await bus.publish(cause, item(10));
      await world.until("those of the good one arrive", () => got.length >= 2);
      assertEqual(got, [10, 11], "effects");
    },
  },
  {
    id: "A13",
    promise: "attempts go on counting over retries and over the end of an instance",
    needs: "attemptCount",
    async run(world) {
      const contract = world.item({ durable: true });
      const attempts: number[] = [];
      const options = { name: "counts", retry: { immediate: 0, delayed: 3, delayMs: 20, jitter: 0 } };
      const dying = world.bus({ closeTimeoutMs: 1 }).listen(
        contract,
        async (_, { attempt }) => {
          attempts.push(attempt);
          if (attempt === 1) throw new Error("again");
          await new Promise(() => {});
        },
        options,
      );
      await dying.start();
      await dying.publish(contract, item(1));
      await world.passUntil("the second attempt", 20, () => attempts.length >= 2);
      const heir = world.bus().listen(contract, (_, { attempt }) => void attempts.push(attempt), options);
      await heir.start();
      await world.kill(dying);
      await world.until("the third attempt", () => attempts.length >= 3);
      assertEqual(attempts, [1, 2, 3], "attempts");
    },
  },
];
