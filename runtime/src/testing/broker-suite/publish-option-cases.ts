import { PublishError } from "../../errors.js";
import type { EventBus } from "../../event-bus.js";
import { assertEqual, assertRejects, assertThat } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import type { Item } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

/** What a publish may ask for beside its event. */
export const publishOptionCases: readonly SuiteCase[] = [
  {
    id: "P14",
    promise:
      "a server that does not answer: the publish ends at its deadline, as unknown, and the next ones go on",
    needs: "link",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const got: number[] = [];
      const bus = world
        .bus({ windowEvents: 2 })
        .listen(contract, ({ n }) => void got.push(n), { name: "deaf" });
      await bus.start();
      await bus.publish(contract, item(0));
      world.link.hold();
      const startedAt = Date.now();
      const plainTimer = new Promise<number>((resolve) => setTimeout(() => resolve(Date.now()), 500));
      const ends = await Promise.allSettled(
        // The last finds no room in the window; its time ends before there is any.
        [500, 500, 400].map((timeoutMs, n) => bus.publish(contract, item(n + 1), { timeoutMs })),
      );
      const endedAt = Date.now();
      // A busy machine holds up both.
      const lateMs = endedAt - (await plainTimer);
      assertThat(
        endedAt - startedAt >= 450 && lateMs <= 300,
        `expected all to end with a timer of 500 ms, got ${endedAt - startedAt} ms, ${lateMs} later`,
      );
      const outcomes = ends.map((end) =>
        end.status === "rejected" && end.reason instanceof PublishError
          ? [end.reason.code, end.reason.outcome]
          : end.status,
      );
      const timeout = "PUBLISH_TIMEOUT";
      assertEqual(
        outcomes,
        [
          [timeout, "unknown"],
          [timeout, "unknown"],
          [timeout, "refused"],
        ],
        "how those in the window ended, and the one that waited for room",
      );
      await world.link.heal();
      for (const n of [4, 5, 6]) await bus.publish(contract, item(n));
      await world.until("later ones arrive", () => [4, 5, 6].every((n) => got.includes(n)));
      assertThat(!got.includes(3), "the one that was refused does not arrive");
    },
  },
  {
    id: "P15",
    promise: "an event that is published twice with one id is taken twice, and delivered once",
    needs: "publishDedup",
    async run(world) {
      const durable = world.features.publishDedup === "durable";
      const [contract, other] = [world.item({ durable }), world.item({ durable })];
      const got: string[] = [];
      const bus = world.bus();
      bus.listen(contract, ({ n }) => void got.push(`one ${n}`), { name: "one" });
      bus.listen(other, ({ n }) => void got.push(`other ${n}`), { name: "other" });
      await bus.start();
      const id = crypto.randomUUID();
      const twice = [1, 2].map(() => bus.publish(contract, item(1), { id }));
      const envelopes = [...(await Promise.all(twice)), await bus.publish(contract, item(1), { id })];
      assertEqual(
        envelopes.map((envelope) => envelope.id),
        [id, id, id],
        "ids of what was taken",
      );
      await bus.publish(other, item(1), { id });
      for (const published of [contract, other]) await bus.publish(published, item(2));
      await world.until("the markers arrive", () => got.filter((event) => event.endsWith("2")).length >= 2);
      assertEqual(got.toSorted(), ["one 1", "one 2", "other 1", "other 2"], "what was delivered");
    },
  },
  {
    id: "P16",
    promise: "a delayed event comes at its time, and holds up no other",
    needs: "delay",
    async run(world) {
      const contract = world.item({ durable: world.features.delay === "durable" });
      const got: { readonly n: number; readonly at: number }[] = [];
      const bus = world.bus();
      bus.listen(contract, ({ n }) => void got.push({ n, at: world.now() }), { name: "delayed" });
      await bus.start();
      const published = new Map<number, { readonly from: number; readonly to: number }>();
      for (const n of [2000, 200]) {
        const from = world.now();
        await bus.publish(contract, item(n), { delayMs: n });
        published.set(n, { from, to: world.now() });
      }
      await bus.publish(contract, item(0));
      await world.until("the one without delay arrives", () => got.length > 0);
      await world.passUntil("all arrive", 20, () => got.length >= 3);
      await world.pass(100);
      assertEqual(
        got.map(({ n }) => n),
        [0, 200, 2000],
        "order of arrival",
      );
      for (const { n, at } of got.slice(1)) {
        // A broker may have something to make before it takes the first.
        const { from, to } = published.get(n) ?? { from: 0, to: 0 };
        assertThat(at - from >= n - 5, `expected it after ${n} ms, got it after ${at - from}`);
        assertThat(
          at - to <= n + 500,
          `expected it ${n} ms after its publish ended, got it after ${at - to}`,
        );
      }
      await assertRejects(bus.publish(contract, item(1), { delayMs: -1 }), "PUBLISH_INVALID", "negative");
    },
  },
  {
    id: "P17",
    promise:
      "an event whose time is over is not handled, and is a dead letter where the listener asks for it",
    needs: "durable",
    async run(world) {
      const contract = world.item({ durable: true });
      const expired = { forgets: "drop", keeps: "deadLetter" } as const;
      const got: Record<keyof typeof expired, number[]> = { forgets: [], keeps: [] };
      const start = async (): Promise<EventBus> => {
        const bus = world.bus();
        for (const name of ["forgets", "keeps"] as const) {
          bus.listen(contract, ({ n }) => void got[name].push(n), { name, expired: expired[name] });
        }
        await bus.start();
        return bus;
      };
      await (await start()).close();
      const publisher = world.bus();
      await publisher.start();
      await publisher.publish(contract, item(1), { expiresAfterMs: 100 });
      await world.pass(300);
      await publisher.publish(contract, item(2), { expiresAfterMs: 60_000 });
      const bus = await start();
      await world.until("the marker arrives", () => Object.values(got).every((mine) => mine.includes(2)));
      assertEqual(got, { forgets: [2], keeps: [2] }, "what was handled");
      const letters = await world.letters(bus, "keeps", 1);
      assertEqual(
        letters.map(({ reason, attempts }) => [reason, attempts]),
        [["expired", 0]],
        "dead letters of the one that asks",
      );
      assertEqual((await bus.deadLetters.list("forgets")).length, 0, "dead letters of the other");
    },
  },
  {
    id: "P18",
    promise: "of the events that wait those of higher priority come first, others in their order",
    needs: "priority",
    async run(world) {
      const contract = world.item({ durable: true });
      const options = { name: "urgent first", concurrency: 1 };
      const first = world.bus().listen(contract, () => {}, options);
      await first.start();
      await first.close();
      const publisher = world.bus();
      await publisher.start();
      for (const n of numbers(100)) await publisher.publish(contract, item(n), { priority: 1 });
      for (const n of [200, 201]) await publisher.publish(contract, item(n), { priority: 9 });
      for (const n of [300, 301]) await publisher.publish(contract, item(n));
      const got: number[] = [];
      const bus = world.bus().listen(contract, ({ n }) => void got.push(n), options);
      await bus.start();
      await world.until("all arrive", () => got.length >= 104);
      assertEqual(got, [200, 201, ...numbers(100), 300, 301], "order of arrival");
      await assertRejects(bus.publish(contract, item(1), { priority: 10 }), "PUBLISH_INVALID", "too high");
    },
  },
];
