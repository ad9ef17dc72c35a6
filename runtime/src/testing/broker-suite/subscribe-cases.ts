import type { BrokerSubscription } from "../../broker/broker.js";
import { assertEqual, assertThat } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import type { Item } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

const patterns: readonly (readonly [pattern: string, matching: readonly string[]])[] = [
  ["*.b", ["a.b"]],
  ["a.*", ["a.b", "a.c"]],
  ["a.#", ["a.b", "a.c", "a.b.c"]],
  ["a.b", ["a.b"]],
];

/** Subscriptions, groups and patterns. */
export const subscribeCases: readonly SuiteCase[] = [
  {
    id: "S1",
    promise: "what is published when subscribe has resolved arrives",
    async run(world) {
      const bus = world.bus();
      await bus.start();
      for (const n of numbers(world.volume(50, 1000))) {
        const got: number[] = [];
        const contract = world.item();
        const subscription = await bus.subscribe(contract, (event) => void got.push(event.n), {
          scope: "broadcast",
        });
        await bus.publish(contract, item(n));
        await world.until(`event ${n} arrives`, () => got.length > 0);
        await subscription.close();
      }
    },
  },
  {
    id: "S2",
    promise: "each of two groups gets every event",
    needs: "groups",
    async run(world) {
      const contract = world.item({ durable: world.features.groups === "durable" });
      const got: Record<string, number[]> = { one: [], two: [] };
      const bus = world.bus();
      for (const name of ["one", "two"]) bus.listen(contract, ({ n }) => void got[name]?.push(n), { name });
      await bus.start();
      for (const n of numbers(20)) await bus.publish(contract, item(n));
      await world.until("both have all", () => got.one?.length === 20 && got.two?.length === 20);
      assertEqual(got, { one: numbers(20), two: numbers(20) }, "what the groups got");
    },
  },
  {
    id: "S3",
    promise: "two members of a group share the events, and each gets some",
    needs: "groups",
    async run(world) {
      const count = world.volume(200, 1000);
      const contract = world.item({ durable: world.features.groups === "durable" });
      const got: number[][] = [[], []];
      const buses = got.map((mine) => {
        const bus = world.bus();
        const handle = async ({ n }: Item): Promise<void> => {
          await Promise.resolve();
          mine.push(n);
        };
        return bus.listen(contract, handle, { name: "pair", concurrency: 4 });
      });
      for (const bus of buses) await bus.start();
      await Promise.all(numbers(count).map((n) => buses[0]?.publish(contract, item(n))));
      await world.until("all arrive", () => got.flat().length >= count);
      assertEqual(
        got.flat().toSorted((a, b) => a - b),
        numbers(count),
        "what arrived",
      );
      assertThat(
        got.every((mine) => mine.length > 0),
        "each member got some",
      );
    },
  },
  {
    id: "S4",
    promise: "broadcast gives every instance each event, and a new one only later ones",
    needs: "broadcast",
    async run(world) {
      const contract = world.item();
      const got: number[][] = [];
      const add = async (): Promise<void> => {
        const mine: number[] = [];
        const bus = world
          .bus()
          .listen(contract, ({ n }) => void mine.push(n), { name: "cache", scope: "broadcast" });
        await bus.start();
        got.push(mine);
      };
      await Promise.all([add(), add(), add()]);
      const publisher = world.bus();
      await publisher.start();
      await publisher.publish(contract, item(1));
      await world.until("three got it", () => got.every((mine) => mine.length === 1));
      await add();
      await publisher.publish(contract, item(2));
      await world.until("four got the second", () => got.every((mine) => mine.includes(2)));
      assertEqual(got, [[1, 2], [1, 2], [1, 2], [2]], "what the instances got");
    },
  },
  {
    id: "S6",
    promise: "a durable subscription outlives its instance",
    needs: "durable",
    async run(world) {
      const contract = world.item({ durable: true });
      const first = world.bus().listen(contract, () => {}, { name: "lasting" });
      await first.start();
      await first.close();
      const publisher = world.bus();
      await publisher.start();
      for (const n of numbers(10)) await publisher.publish(contract, item(n));
      const got: number[] = [];
      await world
        .bus()
        .listen(contract, ({ n }) => void got.push(n), { name: "lasting" })
        .start();
      await world.until("all ten arrive", () => got.length >= 10);
      assertEqual(got, numbers(10), "what arrived");
    },
  },
  {
    id: "S7",
    promise: "a channel that is not durable keeps nothing for one who is away",
    needs: "broadcast",
    async run(world) {
      const contract = world.item();
      const options = { name: "fleeting", scope: "broadcast" } as const;
      const got: number[] = [];
      const first = world.bus().listen(contract, () => {}, options);
      await first.start();
      await first.close();
      const publisher = world.bus();
      await publisher.start();
      await publisher.publish(contract, item(1));
      await world
        .bus()
        .listen(contract, ({ n }) => void got.push(n), options)
        .start();
      await publisher.publish(contract, item(2));
      await world.until("the marker arrives", () => got.includes(2));
      assertEqual(got, [2], "what arrived");
    },
  },
  {
    id: "S8",
    promise: "patterns take exactly the addresses that they match",
    needs: "patterns",
    async run(world) {
      const prefix = world.name("p");
      const addresses = ["a.b", "a.c", "a.b.c", "b.c"];
      const got = new Map<string, string[]>();
      const events = addresses.map((address) => ({
        address,
        contract: world.item({ channel: world.channel({ address: `${prefix}.${address}` }) }),
      }));
      const bus = world.bus();
      for (const [pattern] of patterns) {
        const mine: string[] = [];
        got.set(pattern, mine);
        for (const { address, contract } of events) {
          const options = { address: `${prefix}.${pattern}`, scope: "broadcast" } as const;
          bus.listen(contract, () => void mine.push(address), options);
        }
      }
      await bus.start();
      for (const { contract } of events) await bus.publish(contract, item(1));
      const wanted = patterns.flatMap(([, matching]) => matching).length;
      await world.until("all arrive", () => [...got.values()].flat().length >= wanted);
      assertEqual([...got], patterns, "what the patterns took");
    },
  },
  {
    id: "S9",
    promise: "a predicate that throws counts as a failure",
    async run(world) {
      const contract = world.item();
      const got: number[] = [];
      const where = ({ n }: Item): boolean => {
        if (n === 1) throw new Error("predicate");
        return true;
      };
      const bus = world.bus().listen(contract, ({ n }) => void got.push(n), { scope: "broadcast", where });
      await bus.start();
      for (const n of [1, 2]) await bus.publish(contract, item(n));
      await world.until("the second arrives", () => got.length > 0);
      assertEqual([got, world.failures.length], [[2], 1], "handled, failed");
    },
  },
  {
    id: "S10",
    promise: "an event that the predicate passes over is acknowledged",
    needs: "inspect",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const got: number[] = [];
      const where = ({ n }: Item): boolean => n > 5;
      const bus = world.bus().listen(contract, ({ n }) => void got.push(n), { name: "filter", where });
      await bus.start();
      for (const n of numbers(8)) await bus.publish(contract, item(n));
      await world.until("all are settled", async () => {
        const { waiting, unsettled, delayed } = await world.inspect(bus, "filter");
        return waiting + unsettled + delayed === 0;
      });
      assertEqual(got, [6, 7], "what was handled");
    },
  },
  {
    id: "S11",
    promise: "of two listeners the one that fails is tried again, alone",
    needs: "nack",
    async run(world) {
      const contract = world.item({ durable: world.features.nack === "durable" });
      const calls: string[] = [];
      const retry = { immediate: 1, delayed: 0 };
      const bus = world.bus();
      bus.listen(contract, () => void calls.push("good"), { name: "good", retry });
      bus.listen(
        contract,
        (_, { attempt }) => {
          calls.push(`bad ${attempt}`);
          if (attempt === 1) throw new Error("first");
        },
        { name: "bad", retry },
      );
      await bus.start();
      await bus.publish(contract, item(1));
      await world.until("both have handled it", () => calls.includes("bad 2") && calls.includes("good"));
      await bus.idle();
      assertEqual(calls.toSorted(), ["bad 1", "bad 2", "good"], "calls");
    },
  },
  {
    id: "S12",
    promise: "one function on two events: ending one leaves the other",
    async run(world) {
      const [first, second] = [world.item(), world.item()];
      const got: number[] = [];
      const handle = ({ n }: Item): void => void got.push(n);
      const bus = world.bus();
      await bus.start();
      const subscription = await bus.subscribe(first, handle, { scope: "broadcast" });
      await bus.subscribe(second, handle, { scope: "broadcast" });
      await subscription.close();
      await bus.publish(first, item(1));
      await bus.publish(second, item(2));
      await world.until("the second arrives", () => got.includes(2));
      assertEqual(got, [2], "what arrived");
    },
  },
  {
    id: "S14",
    promise: "ending one subscription of many leaves the others, also on the same event",
    async run(world) {
      const contract = world.item();
      const bus = world.bus();
      await bus.start();
      const got: string[] = [];
      const listen = (name: string): ReturnType<typeof bus.subscribe> =>
        bus.subscribe(contract, () => void got.push(name), { name, scope: "broadcast" });
      const [first] = [await listen("first"), await listen("second"), await listen("third")];
      await first.close();
      await bus.publish(contract, item(1));
      await world.until("the others got it", () => got.length >= 2);
      assertEqual(got.toSorted(), ["second", "third"], "who got it");
    },
  },
  {
    id: "S17",
    promise: "a listener starts while many events wait, and holds a bounded number",
    needs: "durable",
    async run(world) {
      const count = world.volume(500, 2000);
      const contract = world.item({ durable: true });
      const first = world.bus().listen(contract, () => {}, { name: "late" });
      await first.start();
      await first.close();
      const bus = world.bus();
      let handled = 0;
      let most = 0;
      const publisher = world.bus();
      await publisher.start();
      await Promise.all(numbers(count).map((n) => publisher.publish(contract, item(n))));
      bus.listen(
        contract,
        async () => {
          most = Math.max(most, (await world.inspect(bus, "late")).unsettled);
          handled++;
        },
        { name: "late", concurrency: 8 },
      );
      await bus.start();
      await world.until("all are handled", () => handled >= count);
      assertThat(most <= 32, `at most 32 events are held, got ${most}`);
    },
  },
  {
    id: "S19",
    promise: "a broker delivers nothing to a subscription that was stopped",
    async run(world) {
      const contract = world.item();
      const bus = world.bus();
      await bus.start();
      const got: string[] = [];
      const { name: channel, address } = contract.channel;
      const subscribe = (name: string): Promise<BrokerSubscription> =>
        world.broker(bus).subscribe(
          {
            name,
            instance: "suite",
            scope: "broadcast",
            kind: "event",
            channel,
            durable: false,
            address,
            contracts: [contract.name],
            types: [contract.type],
            wants: (type) => type === contract.type,
            prefetch: 10,
          },
          (delivery, from) => {
            got.push(name);
            from.ack(delivery);
          },
        );
      const stopped = await subscribe("stopped");
      const marker = await subscribe("marker");
      await bus.publish(contract, item(1));
      await world.until("both get the first", () => got.length >= 2);
      await stopped.stop();
      assertEqual([stopped.consuming, marker.consuming], [false, true], "what they say");
      await bus.publish(contract, item(2));
      await world.until(
        "the marker gets the second",
        () => got.filter((name) => name === "marker").length === 2,
      );
      assertEqual(got.filter((name) => name === "stopped").length, 1, "deliveries to the stopped one");
      await stopped.close();
      await marker.close();
    },
  },
];
