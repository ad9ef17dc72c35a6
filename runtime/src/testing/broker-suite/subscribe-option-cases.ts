import { assertEqual, assertThat } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import { type Item, turn } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

/** What a listener may ask for beside its events. */
export const subscribeOptionCases: readonly SuiteCase[] = [
  {
    id: "S5",
    promise: "a group that is new and begins at the start gets what was before it, in order",
    needs: "replay",
    async run(world) {
      const contract = world.item({ durable: true });
      const got: Record<string, number[]> = { now: [], start: [] };
      const bus = world.bus().listen(contract, () => {}, { name: "first" });
      await bus.start();
      for (const n of numbers(20)) await bus.publish(contract, item(n));
      await bus.idle();
      const later = world.bus();
      for (const from of ["now", "start"] as const) {
        later.listen(contract, ({ n }) => void got[from]?.push(n), { name: world.name(from), from });
      }
      await later.start();
      await bus.publish(contract, item(20));
      await world.until("the marker arrives", () => Object.values(got).every((mine) => mine.includes(20)));
      assertEqual(got, { now: [20], start: numbers(21) }, "what they got");
    },
  },
  {
    id: "S15",
    promise: "of an exclusive group one instance is active; when it has closed another takes over, in order",
    needs: "exclusive",
    async run(world) {
      const contract = world.item({ durable: world.features.exclusive === "durable" });
      const got: { readonly n: number; readonly by: string }[] = [];
      const events = (): number[] => got.map(({ n }) => n);
      let running = 0;
      let most = 0;
      const [first, second] = ["first", "second"].map((by) =>
        world.bus().listen(
          contract,
          async ({ n }) => {
            most = Math.max(most, ++running);
            for (let turns = 0; turns < 3; turns++) await turn();
            got.push({ n, by });
            running--;
          },
          { name: "alone", exclusive: true, concurrency: 1 },
        ),
      );
      const publisher = world.bus();
      await publisher.start();
      await first?.start();
      await second?.start();
      for (const n of numbers(10)) await publisher.publish(contract, item(n));
      await world.until("the first ten are handled", () => got.length >= 10);
      assertThat(
        got.every(({ by }) => by === "first"),
        "the first alone is active",
      );
      const rest = numbers(40).slice(10);
      await Promise.all(rest.map((n) => publisher.publish(contract, item(n))));
      await world.until("some more are handled", () => got.length >= 12);
      await first?.close();
      await world.until("all are handled", () => got.length >= 40);
      assertThat(
        got.some(({ by }) => by === "second"),
        "the second takes over",
      );
      assertEqual([most, events()], [1, numbers(40)], "handlers at once, what was handled");
    },
  },
  {
    id: "S16",
    promise: "while events wait, no member of a group is idle: each gets its share",
    needs: "groups",
    async run(world) {
      const [members, rounds] = [3, world.volume(5, 50)];
      const contract = world.item({ durable: world.features.groups === "durable" });
      const handled = Array.from({ length: members }, () => 0);
      const waiting: (() => void)[] = [];
      let enough = false;
      for (const member of handled.keys()) {
        const bus = world.bus().listen(
          contract,
          async () => {
            if (enough) return;
            handled[member] = (handled[member] ?? 0) + 1;
            await new Promise<void>((resolve) => waiting.push(resolve));
          },
          { name: "shares", concurrency: 1 },
        );
        await bus.start();
      }
      const publisher = world.bus();
      await publisher.start();
      // Many more than are looked at: what a member has received and not begun must not be what another lacks.
      await Promise.all(numbers(members * (rounds + 20)).map((n) => publisher.publish(contract, item(n))));
      for (const _ of numbers(rounds)) {
        await world.until("each member has one", () => waiting.length === members);
        for (const end of waiting.splice(0)) end();
      }
      await world.until("each member has one more", () => waiting.length === members);
      assertEqual(
        handled,
        handled.map(() => rounds + 1),
        "handled by each",
      );
      enough = true;
      for (const end of waiting.splice(0)) end();
    },
  },
  {
    id: "S18",
    promise: "a listener of an address that nobody has used yet gets what is published there",
    async run(world) {
      const durable = world.item({ durable: world.features.durable });
      const passing = world.item();
      const got: string[] = [];
      const bus = world.bus();
      await bus.start();
      await bus.subscribe(durable, ({ n }) => void got.push(`lasting ${n}`), { name: world.name("lasting") });
      await bus.subscribe(passing, ({ n }) => void got.push(`passing ${n}`), { scope: "broadcast" });
      const publisher = world.bus();
      await publisher.start();
      await publisher.publish(durable, item(1));
      await publisher.publish(passing, item(2));
      await world.until("both arrive", () => got.length >= 2);
      assertEqual(got.toSorted(), ["lasting 1", "passing 2"], "what arrived");
    },
  },
];
