import { defineEvent } from "@eventwright/runtime/contract";
import { afterEach, describe, expect, test } from "vitest";
import { readInTurnScript } from "../../../runtime/src/broker/redis/redis-scripts.js";
import { ownRedisForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { breakableLink } from "../breakable-link.js";
import { rawRedis } from "./raw-redis.js";
import { freshChannel, freshEvent, makeNode, type Node, numbers, streamOf } from "./world.js";

const redis = ownRedisForFile();
const raw = rawRedis(redis);

type Happened = ReturnType<typeof freshEvent>;

/** Handlers at work, over all instances of one test. */
class Work {
  readonly done: string[] = [];
  readonly signals: AbortSignal[] = [];
  mostAtOnce = 0;
  #running = 0;
  #held: (() => void)[] = [];
  holding = false;

  /** One event; it ends at once unless the work is held. */
  async do(by: string, n: number, signal: AbortSignal): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#running);
    this.signals.push(signal);
    if (this.holding) await new Promise<void>((resolve) => this.#held.push(resolve));
    else await new Promise((resolve) => setImmediate(resolve));
    this.#running--;
    this.done.push(`${by} ${n}`);
  }

  get running(): number {
    return this.#running;
  }

  letGo(): void {
    this.holding = false;
    for (const end of this.#held.splice(0)) end();
  }
}

async function instance(
  happened: Happened,
  work: Work,
  by: string,
  { url = redis().url, leaseMs = 600 }: { readonly url?: string; readonly leaseMs?: number } = {},
): Promise<Node> {
  const node = makeNode({ url, leaseMs, answerTimeoutMs: 60_000 });
  node.bus.listen(happened, ({ n }, { signal }) => work.do(by, n, signal), {
    name: "alone",
    exclusive: true,
    concurrency: 1,
  });
  await node.bus.start();
  return node;
}

const links: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
});

async function brokenLater(): ReturnType<typeof breakableLink> {
  const breakable = await breakableLink(redis().url);
  links.push(breakable);
  return breakable;
}

const by = (name: string, from: number, to: number): string[] =>
  numbers(to)
    .slice(from)
    .map((n) => `${name} ${n}`);

describe("redis broker, exclusive listeners", () => {
  test("one that dies is followed by another, which begins with what it left, in order", {
    timeout: 30_000,
  }, async () => {
    const happened = freshEvent();
    const work = new Work();
    const { link, url } = await brokenLater();
    await instance(happened, work, "first", { url });
    const { bus } = await instance(happened, work, "second");
    await Promise.all(numbers(5).map((n) => bus.publish(happened, { n })));
    await waitUntil("the first five are handled", 5_000, () => work.done.length === 5);
    work.holding = true;
    await Promise.all(
      numbers(25)
        .slice(5)
        .map((n) => bus.publish(happened, { n })),
    );
    await waitUntil("the first has the next in hand", 5_000, () => work.running === 1);
    const [stale] = work.signals.slice(-1);
    let runningWhenTold: number | undefined;
    stale?.addEventListener("abort", () => {
      runningWhenTold = work.running;
    });
    link.hold(); // as a process that is gone, or was paused
    await waitUntil("its handler is told", 5_000, () => stale?.aborted === true);
    expect(stale?.reason).toMatchObject({ code: "HANDLER_REVOKED" });
    // Its own time is over before that at the server is.
    expect(runningWhenTold).toBe(1);
    const before = work.done.length;
    await waitUntil("the second has it in hand", 10_000, () => work.running === 2);
    work.letGo();
    await waitUntil("all are handled", 10_000, () => work.done.length >= before + 21);
    expect(work.done.filter((one) => one.startsWith("second"))).toEqual(by("second", 5, 25));
    expect(work.done.filter((one) => one.startsWith("first"))).toEqual(by("first", 0, 6));
    // It comes back, and waits; what it has done meanwhile had no effect.
    await link.heal();
    await waitUntil("nothing is left", 5_000, async () => {
      return JSON.stringify(await raw("XPENDING", streamOf(happened), "alone")).startsWith("[0,");
    });
    await bus.publish(happened, { n: 25 });
    await waitUntil("the second is still active", 5_000, () => work.done.includes("second 25"));
  });

  test("one whose server was away for longer than its time goes on where it was", {
    timeout: 30_000,
  }, async () => {
    const happened = freshEvent();
    const work = new Work();
    const { link, url } = await brokenLater();
    await instance(happened, work, "only", { url });
    const publisher = makeNode({ url: redis().url });
    await publisher.bus.start();
    work.holding = true;
    await Promise.all(numbers(20).map((n) => publisher.bus.publish(happened, { n })));
    await waitUntil("the first is in hand", 5_000, () => work.running === 1);
    link.cut();
    await waitUntil("its handler is told", 5_000, () => work.signals[0]?.aborted === true);
    work.letGo();
    await waitUntil("it has ended", 5_000, () => work.running === 0);
    expect(work.done).toEqual(["only 0"]);
    await link.heal();
    await waitUntil("all are handled", 10_000, () => work.done.length >= 21);
    expect(work.done).toEqual(["only 0", ...by("only", 0, 20)]);
    expect(work.mostAtOnce).toBe(1);
  });

  test("the turn passes at a close, long before its time is over", { timeout: 20_000 }, async () => {
    const happened = freshEvent();
    const work = new Work();
    const first = await instance(happened, work, "first", { leaseMs: 60_000 });
    const { bus } = await instance(happened, work, "second", { leaseMs: 60_000 });
    work.holding = true;
    await Promise.all(numbers(30).map((n) => bus.publish(happened, { n })));
    await waitUntil("the first has one in hand", 5_000, () => work.running === 1);
    const closed = first.bus.close();
    work.letGo();
    await closed;
    await waitUntil("the second takes the rest", 5_000, () => work.done.length === 30);
    expect(work.done).toEqual(["first 0", ...by("second", 1, 30)]);
    expect(work.mostAtOnce).toBe(1);
  });

  test("it is kept while nothing happens, and passes, also by a server without memory", {
    timeout: 20_000,
  }, async () => {
    const happened = freshEvent();
    const work = new Work();
    const key = `{${streamOf(happened)}}:active:alone`;
    try {
      const first = await instance(happened, work, "first");
      const owner = await raw("GET", key);
      expect(owner).toMatch(/^[0-9a-f-]{36}$/);
      await instance(happened, work, "second");
      await raw("CONFIG", "SET", "maxmemory", "1");
      const began = performance.now();
      await waitUntil("three times its time has passed", 5_000, () => performance.now() - began > 1_800);
      expect(await raw("GET", key)).toBe(owner);
      await first.bus.close();
      await waitUntil("another has it", 5_000, async () => ![owner, null].includes(await raw("GET", key)));
    } finally {
      await raw("CONFIG", "SET", "maxmemory", "0");
    }
  });

  test("what a dead one held comes one after the other, each once, and before all that is new", async () => {
    const happened = freshEvent();
    const work = new Work();
    const first = await instance(happened, work, "first");
    await first.bus.close();
    const publisher = makeNode({ url: redis().url });
    await publisher.bus.start();
    for (const n of numbers(8)) await publisher.bus.publish(happened, { n });
    const stream = streamOf(happened);
    await raw("XREADGROUP", "GROUP", "alone", "ghost", "COUNT", "5", "STREAMS", stream, ">");
    await instance(happened, work, "second");
    await waitUntil("all are handled", 5_000, () => work.done.includes("second 7"));
    expect(work.done).toEqual(by("second", 0, 8));
  });

  test.each([
    ["what waits", "at once"],
    ["what is queued by its key", "in a later turn"],
  ])(
    "%s does not begin after a pause that was longer than its time, before its turn comes again",
    {
      timeout: 20_000,
    },
    async (_, when) => {
      const channel = freshChannel();
      const type = `${channel.name}.Keyed.v1`;
      const keyed = defineEvent<{ readonly n: number; readonly key: string }>({
        ...{ name: "Keyed", channel, type, version: 1, payload: () => undefined, key: "/key" },
      });
      const got: unknown[] = [];
      const { bus } = makeNode({ url: redis().url, leaseMs: 300 });
      const listen = { name: "alone", exclusive: true, concurrency: 2 };
      bus.listen(keyed, ({ n }, { attempt }) => handle(n, attempt), listen);
      async function handle(n: number, attempt: number): Promise<void> {
        got.push([n, attempt]);
        if (when !== "at once") await new Promise((resolve) => setImmediate(resolve));
        const began = performance.now();
        while (n === 0 && attempt === 1 && performance.now() - began < 900); // as a process that is paused
      }
      await bus.start();
      await Promise.all(numbers(4).map((n) => bus.publish(keyed, { n, key: "a" })));
      await waitUntil("all are handled", 10_000, () => got.some((one) => String(one).startsWith("3,")));
      expect(got[0]).toEqual([0, 1]);
      // Those that had been received were let go of, and taken anew.
      expect(got.slice(-3)).toEqual([1, 2, 3].map((n) => [n, 2]));
    },
  );

  test("a read that comes late takes nothing from the next one", async () => {
    const happened = freshEvent();
    const work = new Work();
    const { bus } = await instance(happened, work, "first");
    work.holding = true;
    await Promise.all(numbers(3).map((n) => bus.publish(happened, { n })));
    await waitUntil("one is in hand", 5_000, () => work.running === 1);
    const [stream, tag] = [streamOf(happened), `{${streamOf(happened)}}`];
    const keys = [stream, `${tag}:retry:alone`, `${tag}:active:alone`];
    const late = await raw("EVAL", readInTurnScript, "3", ...keys, "alone", "late", "10", "another token");
    expect(late).toBe(null);
    work.letGo();
    await waitUntil("all are handled", 5_000, () => work.done.length === 3);
  });

  test("all instances are healthy, also those that wait", async () => {
    const happened = freshEvent();
    const nodes = [
      await instance(happened, new Work(), "first"),
      await instance(happened, new Work(), "second"),
    ];
    for (const { bus } of nodes) expect(bus.health().healthy).toBe(true);
  });

  test("an instance that is not exclusive is refused beside them", async () => {
    const happened = freshEvent();
    await instance(happened, new Work(), "first");
    const { bus } = makeNode({ url: redis().url });
    await bus.start();
    await expect(bus.subscribe(happened, () => {}, { name: "alone" })).rejects.toMatchObject({
      code: "LISTENER_INVALID",
      message: expect.stringContaining("expected exclusive true as with the other instances, got false"),
    });
  });

  test("an exclusive instance is refused beside one that is not, until that is closed", async () => {
    const happened = freshEvent();
    const shared = makeNode({ url: redis().url });
    await shared.bus.start();
    await shared.bus.subscribe(happened, () => {}, { name: "alone" });
    const { bus } = makeNode({ url: redis().url });
    await bus.start();
    const join = () => bus.subscribe(happened, () => {}, { name: "alone", exclusive: true });
    await expect(join()).rejects.toMatchObject({
      code: "LISTENER_INVALID",
      message: expect.stringContaining("expected exclusive false as with the other instances, got true"),
    });
    await shared.bus.close();
    await join();
    expect(bus.health().healthy).toBe(true);
  });
});
