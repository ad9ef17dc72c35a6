import type { RedisBrokerOptions } from "@eventwright/runtime/redis";
import { describe, expect, test } from "vitest";
import { ownRedisForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { rawRedis } from "./raw-redis.js";
import { freshChannel, freshCommand, freshEvent, makeNode, type Node, numbers, streamOf } from "./world.js";

const redis = ownRedisForFile();
const raw = rawRedis(redis);

type Happened = ReturnType<typeof freshEvent>;

async function started(options: RedisBrokerOptions = {}): Promise<Node> {
  const node = makeNode({ url: redis().url, ...options });
  await node.bus.start();
  return node;
}

/** A listener that is known, and away. */
async function leaveGroup(happened: Happened, name: string): Promise<void> {
  const { bus } = await started();
  await bus.subscribe(happened, () => {}, { name });
  await bus.close();
}

async function collect(
  happened: Happened,
  name: string,
): Promise<{ readonly got: number[]; readonly node: Node }> {
  const node = await started();
  const got: number[] = [];
  await node.bus.subscribe(happened, ({ n }) => void got.push(n), { name, concurrency: 1 });
  return { got, node };
}

/** How often scripts have run on the server. */
async function scriptsRun(): Promise<number> {
  return Number(/cmdstat_eval:calls=(\d+)/.exec(String(await raw("INFO", "commandstats")))?.[1]);
}

async function withoutMemory(run: () => Promise<unknown>): Promise<void> {
  await raw("CONFIG", "SET", "maxmemory", "1");
  try {
    await run();
  } finally {
    await raw("CONFIG", "SET", "maxmemory", "0");
  }
}

describe("redis broker, delayed events", () => {
  test("come without their publisher, also to a listener that was away when they were due", async () => {
    const happened = freshEvent();
    const { got } = await collect(happened, "there");
    await leaveGroup(happened, "away");
    const publisher = await started();
    await publisher.bus.publish(happened, { n: 1 }, { delayMs: 300 });
    await publisher.bus.close();
    await waitUntil("the listener gets it", 5_000, () => got.length > 0);
    const late = await collect(happened, "away");
    await waitUntil("the other gets it", 5_000, () => late.got.length > 0);
    expect([got, late.got]).toEqual([[1], [1]]);
  });

  test("wait while there is no listener at work, and come at once when there is one", async () => {
    const happened = freshEvent();
    await leaveGroup(happened, "sleeper");
    const publisher = await started();
    await publisher.bus.publish(happened, { n: 1 }, { delayMs: 100 });
    await publisher.bus.close();
    await waitUntil("it is due", 5_000, async () => {
      const due = await raw("ZCOUNT", `{${streamOf(happened)}}:delayed`, "-inf", String(Date.now()));
      return Number(due) === 1;
    });
    const { got } = await collect(happened, "sleeper");
    await waitUntil("the listener gets it", 1_500, () => got.length > 0);
  });

  test("that are due at the same time come in order, with every byte that they had", async () => {
    const happened = freshEvent(freshChannel());
    const texts: unknown[] = [];
    const { bus } = await started();
    await bus.subscribe(happened, (_, { envelope }) => void texts.push(envelope.payload), {
      name: "exact",
      concurrency: 1,
    });
    const payloads = numbers(150).map((n) => ({ n, text: `${" \n\r\t\0é😀%s^".repeat(3)}${n}` }));
    await Promise.all(payloads.map((payload) => bus.publish(happened, payload, { delayMs: 250 })));
    await waitUntil("all are there", 5_000, () => texts.length >= payloads.length);
    expect(texts.toSorted(byNumber)).toEqual(payloads);
    // Those of one millisecond at the server, which are most, are in order.
    const [stored] = await entriesOf(happened);
    expect(stored).toEqual(stored?.toSorted((a, b) => a - b));
  });

  test("of more than a month cost neither their publisher nor a listener anything meanwhile", async () => {
    const happened = freshEvent();
    const { node } = await collect(happened, "patient");
    await node.bus.publish(happened, { n: 1 }, { delayMs: 30 * 86_400_000 });
    const before = await scriptsRun();
    const began = performance.now();
    await waitUntil("a while has passed", 10_000, () => performance.now() - began > 2_500);
    expect((await scriptsRun()) - before).toBeLessThan(60);
  });

  test("count as events of the stream where these are limited", async () => {
    const happened = freshEvent();
    await leaveGroup(happened, "counted");
    const { bus } = await started({ maxStreamLength: 3 });
    const delays = [60_000, 60_000, 0, 0, 60_000];
    const ends = [];
    for (const [n, delayMs] of delays.entries())
      ends.push(
        await bus.publish(happened, { n }, { delayMs }).then(
          () => "taken",
          ({ code }) => code,
        ),
      );
    expect(ends).toEqual(["taken", "taken", "taken", "PUBLISH_FULL", "PUBLISH_FULL"]);
  });

  test("come also when the server has no memory left, and so do delayed retries", async () => {
    const happened = freshEvent();
    const { bus, reports } = await started();
    const got: string[] = [];
    const retry = { immediate: 0, delayed: 1, delayMs: 400, jitter: 0 };
    await bus.subscribe(
      happened,
      ({ n }, { attempt }) => {
        got.push(`${n}.${attempt}`);
        if (n === 1 && attempt === 1) throw new Error("not yet");
      },
      { name: "crowded", retry },
    );
    await bus.publish(happened, { n: 1 });
    await bus.publish(happened, { n: 2 }, { delayMs: 400 });
    await withoutMemory(() => waitUntil("both come", 5_000, () => got.length >= 3));
    expect(got.toSorted()).toEqual(["1.1", "1.2", "2.1"]);
    expect(reports).toEqual([expect.stringContaining("not yet")]);
  });

  test("are refused where no listener was ever there", async () => {
    const { bus } = await started({ dedupeWindowMs: 60_000 });
    const publish = bus.publish(freshEvent(), { n: 1 }, { delayMs: 10 });
    await expect(publish).rejects.toMatchObject({ code: "PUBLISH_UNROUTABLE", outcome: "refused" });
  });
});

describe("redis broker, ids that count once", () => {
  const options = { dedupeWindowMs: 60_000 };

  test("count from when the event is kept: what the server refused can be published again", async () => {
    const happened = freshEvent();
    const { got } = await collect(happened, "again");
    const { bus } = await started(options);
    const short = await started({ dedupeWindowMs: 1 });
    // An id that is over: to forget it must not open the door to a server without memory.
    await short.bus.publish(happened, { n: 0 }, { id: "old" });
    await withoutMemory(async () => {
      const publish = bus.publish(happened, { n: 1 }, { id: "one" });
      await expect(publish).rejects.toMatchObject({ code: "PUBLISH_FULL", outcome: "refused" });
    });
    for (const n of [1, 2]) await bus.publish(happened, { n }, { id: "one" });
    await bus.publish(happened, { n: 3 });
    await waitUntil("the last is handled", 5_000, () => got.includes(3));
    expect(got).toEqual([0, 1, 3]);
  });

  test("count for the window of the publisher that used them, and then no longer", async () => {
    const happened = freshEvent();
    const { got } = await collect(happened, "windows");
    const [long, short] = [await started(options), await started({ dedupeWindowMs: 50 })];
    await long.bus.publish(happened, { n: 1 }, { id: "long" });
    await short.bus.publish(happened, { n: 2 }, { id: "short" });
    await short.bus.publish(happened, { n: 2 }, { id: "forgotten" });
    const began = performance.now();
    await waitUntil("the short window is over", 5_000, () => performance.now() - began > 100);
    await short.bus.publish(happened, { n: 3 }, { id: "short" });
    await short.bus.publish(happened, { n: 4 }, { id: "long" });
    await short.bus.publish(happened, { n: 5 });
    await waitUntil("the last is handled", 5_000, () => got.includes(5));
    expect(got).toEqual([1, 2, 2, 3, 5]);
    const published = `{${streamOf(happened)}}:published`;
    expect(Number(await raw("PTTL", published))).toBeGreaterThan(50_000);
    expect(await raw("ZCARD", published)).toBe(3);
  });

  test("hold back a second copy also when the first is delayed, or the stream is full", async () => {
    const happened = freshEvent();
    const { got } = await collect(happened, "held back");
    const { bus } = await started({ ...options, maxStreamLength: 1 });
    await bus.publish(happened, { n: 1 }, { id: "delayed", delayMs: 300 });
    await bus.publish(happened, { n: 2 }, { id: "delayed" });
    await expect(bus.publish(happened, { n: 3 })).rejects.toMatchObject({ code: "PUBLISH_FULL" });
    await waitUntil("the first is handled", 5_000, () => got.length > 0);
    expect(got).toEqual([1]);
  });

  test("belong to one source", async () => {
    const happened = freshEvent();
    const { got } = await collect(happened, "sources");
    for (const source of ["a", "b", "a"]) {
      const node = makeNode({ url: redis().url, ...options }, { source });
      await node.bus.start();
      await node.bus.publish(happened, { n: 1 }, { id: "same" });
    }
    await (await started()).bus.publish(happened, { n: 9 });
    await waitUntil("the last is handled", 5_000, () => got.includes(9));
    expect(got).toEqual([1, 1, 9]);
  });

  test("do not keep a request from its reply", async () => {
    const command = freshCommand();
    const { bus } = makeNode({ url: redis().url, ...options });
    bus.listen({ contract: command, handle: ({ n }) => n * 2 });
    await bus.start();
    for (const _ of numbers(2)) expect(await bus.send(command, { n: 21 }, { id: "twice" })).toBe(42);
  });
});

describe("redis broker, events that are retained", () => {
  test("stay for as long as the longest of its instances says, whatever others do, and then go", {
    timeout: 30_000,
  }, async () => {
    const happened = freshEvent();
    const retainMs = 2_000;
    const keeper = await started({ retainMs, leaseMs: 400 });
    const careless = await started({ leaseMs: 400 });
    const handled: number[] = [];
    for (const { bus } of [keeper, careless])
      await bus.subscribe(happened, ({ n }) => void handled.push(n), { name: "both" });
    const began = performance.now();
    const passed = (ms: number): Promise<void> =>
      waitUntil("time passes", 30_000, () => performance.now() - began > ms);
    await passed(300); // each has looked
    const publishedAt = performance.now();
    await Promise.all(numbers(300).map((n) => keeper.bus.publish(happened, { n })));
    await waitUntil("all are handled", 5_000, () => handled.length === 300);
    await passed(1_000);
    const first = await started({ retainMs });
    const got: number[] = [];
    await first.bus.subscribe(happened, ({ n }) => void got.push(n), {
      name: "new",
      from: "start",
      concurrency: 1,
    });
    await waitUntil("the new one has all", 5_000, () => got.length === 300);
    expect(got).toEqual(numbers(300));
    await waitUntil(
      "they are gone",
      10_000,
      async () => Number(await raw("XLEN", streamOf(happened))) <= 100,
    );
    expect(performance.now() - publishedAt).toBeGreaterThan(retainMs);
  });

  test("are no news to a group that was there before", async () => {
    const happened = freshEvent();
    const { bus } = await started({ retainMs: 60_000 });
    const got: number[] = [];
    const listen = { name: "known", from: "start" } as const;
    const subscription = await bus.subscribe(happened, ({ n }) => void got.push(n), listen);
    await bus.publish(happened, { n: 1 });
    await waitUntil("it is handled", 5_000, () => got.length === 1);
    await subscription.close();
    await bus.subscribe(happened, ({ n }) => void got.push(n), listen);
    await bus.publish(happened, { n: 2 });
    await waitUntil("the next is handled", 5_000, () => got.includes(2));
    expect(got).toEqual([1, 2]);
  });

  test("are asked for in vain where the broker retains nothing", async () => {
    const { bus } = await started();
    await expect(
      bus.subscribe(freshEvent(), () => {}, { name: "hopeful", from: "start" }),
    ).rejects.toMatchObject({
      code: "FEATURE_MISSING",
    });
  });
});

/** The numbers of a stream's entries, those of the same millisecond together. */
async function entriesOf(happened: Happened): Promise<number[][]> {
  const byTime = new Map<string, number[]>();
  for (const entry of (await raw("XRANGE", streamOf(happened), "-", "+")) as [string, string[]][]) {
    const [id, [, document = ""]] = entry;
    const time = id.split("-", 1)[0] ?? "";
    byTime.set(time, [...(byTime.get(time) ?? []), JSON.parse(document).data.n]);
  }
  return [...byTime.values()];
}

function byNumber(one: unknown, other: unknown): number {
  const n = (value: unknown): number => Number(Reflect.get(Object(value), "n"));
  return n(one) - n(other);
}
