import type { EventContract } from "../../contract/contract.js";
import type { EventBus } from "../../event-bus.js";
import { assertEqual, assertRejects, assertThat } from "./assertions.js";
import type { SuiteCase } from "./suite-case.js";
import type { Item, World } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

/** Numbers from 0. */
export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** A started bus that collects the numbers that a listener got, in order. */
async function collect(
  world: World,
  contract: EventContract<Item>,
  options: { readonly name?: string; readonly scope?: "group" | "broadcast" } = {},
): Promise<{ readonly bus: EventBus; readonly got: number[] }> {
  const got: number[] = [];
  const bus = world.bus();
  bus.listen(contract, ({ n }) => void got.push(n), { name: world.name("collect"), ...options });
  await bus.start();
  return { bus, got };
}

const payloads: readonly unknown[] = [
  {},
  [],
  "",
  0,
  true,
  null,
  "\u{1f600}\u{10ffff} é\u0000",
  [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1e-7, 5e-324],
  { a: { b: [{ c: [[[]]] }] }, __proto__x: 1, constructor: "data" },
];

/** Publishing and arriving. */
export const publishCases: readonly SuiteCase[] = [
  {
    id: "P1",
    promise: "each event arrives exactly once, equal in all its parts",
    async run(world) {
      const count = world.volume(100, 10_000);
      const contract = world.item({ durable: world.features.durable });
      const seen: unknown[] = [];
      const bus = world.bus();
      bus.listen(
        contract,
        ({ n }, { envelope: { id, type, source, time, headers } }) => {
          seen.push({ n, id, type, source, time, tenant: headers.tenant });
        },
        { name: world.name("l") },
      );
      await bus.start();
      const sent: unknown[] = [];
      for (const n of numbers(count)) {
        const { id, type, source, time, headers } = await bus.publish(contract, item(n), {
          headers: { tenant: `t${n}` },
        });
        sent.push({ n, id, type, source, time, tenant: headers.tenant });
      }
      await world.until("all arrive", () => seen.length >= count);
      await bus.idle();
      assertEqual(seen, sent, "what arrived");
    },
  },
  {
    id: "P2",
    promise: "payloads of every kind arrive as they were",
    async run(world) {
      const contract = world.anything();
      const got: unknown[] = [];
      const bus = world.bus();
      bus.listen(contract, (payload) => void got.push(payload), { scope: "broadcast" });
      await bus.start();
      for (const payload of payloads) await bus.publish(contract, payload);
      await world.until("all arrive", () => got.length === payloads.length);
      assertEqual(got, payloads, "payloads");
    },
  },
  {
    id: "P2b",
    promise: "what JSON cannot hold is refused, also half a surrogate pair",
    async run(world) {
      const contract = world.anything();
      const bus = world.bus();
      await bus.start();
      await bus.subscribe(contract, () => {}, { scope: "broadcast" });
      for (const payload of [Number.NaN, { a: "\ud800" }, [undefined]]) {
        await assertRejects(
          bus.publish(contract, payload, { timeoutMs: 1000 }),
          "PUBLISH_INVALID",
          "publish",
        );
      }
    },
  },
  {
    id: "P3",
    promise: "a payload above the limit is refused before it is sent, and the next works",
    needs: "maxBytes",
    async run(world) {
      const contract = world.anything();
      const got: unknown[] = [];
      const bus = world.bus();
      bus.listen(contract, (payload) => void got.push(payload), { scope: "broadcast" });
      await bus.start();
      const limit = world.features.maxBytes;
      await assertRejects(bus.publish(contract, "x".repeat(limit)), "PUBLISH_TOO_LARGE", "one too long");
      const longest = "y".repeat(limit - 3);
      await bus.publish(contract, longest);
      await world.until("the next arrives", () => got.length > 0);
      assertEqual(got, [longest], "payloads");
    },
  },
  {
    id: "P4",
    promise: "headers arrive as they were, or are refused by name",
    async run(world) {
      const contract = world.item();
      const got: unknown[] = [];
      const bus = world.bus();
      bus.listen(contract, (_, { envelope }) => void got.push({ ...envelope.headers }), {
        scope: "broadcast",
      });
      await bus.start();
      const headers = {
        a: "é\u{1f600}",
        empty: "",
        long: "x".repeat(4000),
        abcdefghijklmnopqrst: "20",
        x1: " s ",
      };
      await bus.publish(contract, item(1), { headers });
      for (const name of ["id", "datacontenttype", "Upper", "with-hyphen"]) {
        await assertRejects(
          bus.publish(contract, item(2), { headers: { [name]: "v" } }),
          "PUBLISH_INVALID",
          name,
        );
      }
      await bus.publish(contract, item(3));
      await world.until("both arrive", () => got.length === 2);
      assertEqual(got, [headers, {}], "headers");
    },
  },
  {
    id: "P5",
    promise: "an invalid payload leaves nothing on the server",
    needs: "inspect",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const { bus, got } = await collect(world, contract, { name: "invalid" });
      // @ts-expect-error the number is text
      await assertRejects(bus.publish(contract, { n: "1", key: "a" }), "PUBLISH_INVALID", "publish");
      await bus.publish(contract, item(2));
      await world.until("the valid one arrives", () => got.length > 0);
      assertEqual(got, [2], "what arrived");
    },
  },
  {
    id: "P6",
    promise: "many publishers and a group of many listeners: all arrive, each once",
    needs: "groups",
    async run(world) {
      const [members, count] = [world.volume(5, 50), world.volume(200, 5000)];
      const contract = world.item({ durable: world.features.groups === "durable" });
      const all = await Promise.all(numbers(members).map(() => collect(world, contract, { name: "crowd" })));
      await Promise.all(numbers(count).map((n) => all[n % members]?.bus.publish(contract, item(n))));
      const got = (): number[] => all.flatMap((member) => member.got);
      await world.until("all arrive", () => got().length >= count);
      assertEqual(
        got().toSorted((a, b) => a - b),
        numbers(count),
        "what arrived",
      );
    },
  },
  {
    id: "P7",
    promise: "each listener sees its own channel only",
    async run(world) {
      const channels = await Promise.all(
        numbers(20).map(async () => {
          const contract = world.item();
          return { contract, ...(await collect(world, contract, { scope: "broadcast" })) };
        }),
      );
      for (const [n, { bus, contract }] of channels.entries()) await bus.publish(contract, item(n));
      await world.until("all arrive", () => channels.every(({ got }) => got.length > 0));
      assertEqual(
        channels.map(({ got }) => got),
        numbers(20).map((n) => [n]),
        "what each got",
      );
      assertEqual(world.failures.length, 0, "events that came to the wrong one");
    },
  },
  {
    id: "P8",
    promise: "an event is on the server the moment its publish resolves",
    needs: "inspect",
    async run(world) {
      if (!world.features.durable) return;
      const contract = world.item({ durable: true });
      const first = await collect(world, contract, { name: "absent" });
      const other = world.bus();
      await other.start();
      await first.bus.close();
      for (const n of numbers(world.volume(50, 1000))) {
        await other.publish(contract, item(n));
        const { waiting } = await world.inspect(other, "absent");
        assertEqual(waiting, n + 1, "events on the server");
      }
    },
  },
  {
    id: "P9",
    promise: "publishes that are not awaited all end, in the order of the calls",
    async run(world) {
      const contract = world.item();
      const { bus, got } = await collect(world, contract, { scope: "broadcast" });
      const ended: number[] = [];
      const all = numbers(world.volume(1000, 10_000)).map((n) =>
        bus.publish(contract, item(n)).then(() => void ended.push(n)),
      );
      await Promise.all(all);
      await world.until("all arrive", () => got.length >= all.length);
      assertEqual(ended, numbers(all.length), "order of the ends");
      if (world.features.ordered !== "none") assertEqual(got, numbers(all.length), "order of arrival");
    },
  },
  {
    id: "P10",
    promise: "what no queue would get is refused",
    needs: "unroutable",
    async run(world) {
      const bus = world.bus();
      await bus.start();
      const contract = world.item({ durable: world.features.unroutable === "durable" });
      await assertRejects(bus.publish(contract, item(1)), "PUBLISH_UNROUTABLE", "publish");
    },
  },
  {
    id: "P12",
    promise: "of a batch each event has its own end",
    async run(world) {
      const contract = world.item();
      const { bus, got } = await collect(world, contract, { scope: "broadcast" });
      const batch = numbers(100).map((n) => (n === 50 ? { n, key: 1 } : item(n)));
      // @ts-expect-error one of them is invalid
      const results = await bus.publishMany(contract, batch);
      assertEqual(
        results.flatMap(({ status }, n) => (status === "rejected" ? [n] : [])),
        [50],
        "refused ones",
      );
      await world.until("the others arrive", () => got.length >= 99);
      assertEqual(
        got.toSorted((a, b) => a - b),
        numbers(100).filter((n) => n !== 50),
        "what arrived",
      );
    },
  },
  {
    id: "P19",
    promise:
      "before start and after close a publish is refused; during close it is accepted and there, or refused",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const { bus: listener, got } = await collect(world, contract, { name: "during" });
      const bus = world.bus();
      await assertRejects(bus.publish(contract, item(0)), "PUBLISH_NOT_STARTED", "before start");
      await bus.start();
      const during = numbers(100).map((n) => bus.publish(contract, item(n)));
      const closed = bus.close();
      during.push(...numbers(10).map((n) => bus.publish(contract, item(1000 + n))));
      const ends = await Promise.allSettled(during);
      await closed;
      await assertRejects(bus.publish(contract, item(0)), "PUBLISH_CLOSED", "after close");
      const accepted = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value.payload.n] : []));
      await world.until("accepted ones arrive", () => accepted.every((n) => got.includes(n)));
      assertEqual(
        got.filter((n) => !accepted.includes(n)),
        [],
        "refused ones that arrived",
      );
      await listener.close();
    },
  },
  {
    id: "P20",
    promise: "closed in the middle: every publish ends, and every accepted event is there",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const { got } = await collect(world, contract, { name: "middle" });
      const bus = world.bus();
      await bus.start();
      const tasks = numbers(20).map(async (task) => {
        const accepted: number[] = [];
        for (const n of numbers(world.volume(20, 500))) {
          await bus.publish(contract, item(task * 1000 + n)).then(
            ({ payload }) => accepted.push(payload.n),
            () => {},
          );
          if (task === 10 && n === 10) void bus.close();
        }
        return accepted;
      });
      const accepted = (await Promise.all(tasks)).flat();
      assertThat(accepted.length > 0, "some were accepted before the close");
      await world.until("accepted ones arrive", () => accepted.every((n) => got.includes(n)));
      assertEqual(got.length, accepted.length, "events that arrived");
    },
  },
];
