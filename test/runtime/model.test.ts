import { type EventBus, LocalBroker, LocalStore } from "@eventwright/runtime";
import { VirtualClock } from "@eventwright/runtime/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeBus } from "./make-bus.js";
import { OrderPlaced } from "./shop.js";

/** One thing that happens to the world. */
type Step =
  | { readonly kind: "publish"; readonly key: number; readonly failures: number; readonly slow: boolean }
  | { readonly kind: "advance"; readonly byMs: number }
  | { readonly kind: "restart"; readonly bus: number }
  | { readonly kind: "crash"; readonly bus: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("publish" as const),
        key: fc.nat(3),
        failures: fc.nat(4),
        slow: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("advance" as const), byMs: fc.nat(400) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), bus: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), bus: fc.nat(1) }) },
  ),
  { maxLength: 60 },
);

const retry = { immediate: 1, delayed: 1, delayMs: 100, factor: 1, jitter: 0 };
/** Tries that the policy allows. */
const triesAllowed = 3;
const region = { region: "eu" } as const;

interface Planned {
  readonly key: number;
  readonly failures: number;
  readonly slow: boolean;
}

interface Call {
  readonly n: number;
  readonly instance: number;
  readonly attempt: number;
}

/** Two instances of one listener on a store, with a model of what was promised to them. */
class Simulation {
  readonly clock = new VirtualClock();
  readonly store = new LocalStore(this.clock);
  readonly plan = new Map<number, Planned>();
  readonly accepted: number[] = [];
  readonly calls: Call[] = [];
  readonly handled = new Map<number, number>();
  readonly closedInstances = new Set<number>();
  readonly callsAfterClose: Call[] = [];
  crashes = 0;
  readonly #buses: { bus: EventBus; broker: LocalBroker; instance: number }[] = [];
  #instances = 0;

  async start(): Promise<void> {
    this.#buses.push(await this.#make(), await this.#make());
  }

  async run(step: Step): Promise<void> {
    if (step.kind === "advance") return this.clock.advance(step.byMs);
    if (step.kind === "publish") return this.#publish(step);
    const old = this.#buses[step.bus];
    if (old === undefined) return;
    if (step.kind === "crash") {
      this.crashes++;
      await old.broker.close();
    }
    this.closedInstances.add(old.instance);
    const closed = old.bus.close({ timeoutMs: 50 });
    await this.clock.advance(60);
    await closed;
    this.#buses[step.bus] = await this.#make();
  }

  /** Lets everything end. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 20; turns++) await this.clock.advance(1000);
  }

  async deadLetters(): Promise<readonly number[]> {
    const letters = await this.#buses[0]?.broker.deadLetters.list("model");
    return (letters ?? []).map(({ message }) => OrderPlaced.deserialize(message.body).total);
  }

  async close(): Promise<void> {
    for (const { bus } of this.#buses) await bus.close();
  }

  async #publish({ key, failures, slow }: Planned): Promise<void> {
    const n = this.plan.size;
    this.plan.set(n, { key, failures, slow });
    await this.#buses[n % 2]?.bus.publish(OrderPlaced, { orderId: `k${key}`, total: n }, region);
    this.accepted.push(n);
  }

  async #make(): Promise<{ bus: EventBus; broker: LocalBroker; instance: number }> {
    const instance = this.#instances++;
    const broker = new LocalBroker({ store: this.store, clock: this.clock });
    const { bus } = makeBus({ broker, clock: this.clock });
    bus.listen(
      OrderPlaced,
      async ({ total: n }, { attempt }) => {
        const call = { n, instance, attempt };
        this.calls.push(call);
        if (this.closedInstances.has(instance)) this.callsAfterClose.push(call);
        const { failures = 0, slow = false } = this.plan.get(n) ?? {};
        if (slow) await new Promise<void>((resolve) => this.clock.after(20, resolve));
        if (attempt <= failures) throw new Error("planned");
        this.handled.set(n, (this.handled.get(n) ?? 0) + 1);
      },
      { name: "model", retry, concurrency: 4 },
    );
    await bus.start();
    return { bus, broker, instance };
  }
}

test("model: whatever happens, no accepted event is lost, no handler starts after close, tries stay within the policy", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const world = new Simulation();
      await world.start();
      for (const step of all) await world.run(step);
      await world.settle();
      const buried = await world.deadLetters();
      const lost = world.accepted.filter((n) => !world.handled.has(n) && !buried.includes(n));
      expect(lost).toEqual([]);
      expect(world.callsAfterClose).toEqual([]);
      for (const { attempt } of world.calls) {
        expect(attempt).toBeLessThanOrEqual(triesAllowed + world.crashes + world.closedInstances.size);
      }
      if (world.closedInstances.size === 0) {
        for (const n of world.accepted) {
          const { failures } = world.plan.get(n) ?? { failures: 0 };
          const tries = world.calls.filter((call) => call.n === n).map(({ attempt }) => attempt);
          const wanted = Math.min(failures + 1, triesAllowed);
          expect(tries).toEqual(Array.from({ length: wanted }, (_, index) => index + 1));
          expect(world.handled.get(n) ?? 0).toBe(failures < triesAllowed ? 1 : 0);
          expect(buried.includes(n)).toBe(failures >= triesAllowed);
        }
      }
      await world.close();
      expect(world.clock.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("model: equal keys are first handled in the order of publishing, with any mixture of speeds", async () => {
  const publishes = fc.array(fc.record({ key: fc.nat(4), slow: fc.boolean(), concurrency: fc.constant(4) }), {
    maxLength: 80,
  });
  await fc.assert(
    fc.asyncProperty(publishes, fc.integer({ min: 1, max: 8 }), async (events, concurrency) => {
      const clock = new VirtualClock();
      const { bus } = makeBus({ broker: new LocalBroker({ clock }), clock });
      const ended = new Map<string, number[]>();
      let running = 0;
      let most = 0;
      bus.listen(
        OrderPlaced,
        async ({ orderId, total }) => {
          most = Math.max(most, ++running);
          if (events[total]?.slow) await new Promise<void>((resolve) => clock.after(10, resolve));
          ended.set(orderId, [...(ended.get(orderId) ?? []), total]);
          running--;
        },
        { name: "keys", concurrency },
      );
      await bus.start();
      for (const [total, { key }] of events.entries()) {
        await bus.publish(OrderPlaced, { orderId: `k${key}`, total }, region);
      }
      await clock.advance(10_000);
      expect([...ended.values()].flat()).toHaveLength(events.length);
      for (const totals of ended.values())
        expect(totals).toEqual(totals.toSorted((left, right) => left - right));
      expect(most).toBeLessThanOrEqual(concurrency);
      await bus.close();
    }),
    { numRuns: 60 },
  );
});
