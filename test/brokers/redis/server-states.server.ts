import { afterEach, describe, expect, test } from "vitest";
import { type RedisOptions, type RedisServer, startRedis } from "../../helpers/servers/redis.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, type Item, makeNode, type Node, numbers, streamOf } from "./world.js";

const running: RedisServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A server of the test's own. */
async function ownRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  running.push(server);
  return server;
}

/** Whether the server answers nothing but this code now. */
function isRefusedWith(redis: RedisServer, code: string): Promise<boolean> {
  return redis.command("PING").then(
    () => false,
    (error: unknown) => String(error).includes(code),
  );
}

/** How often the server has refused something with this code since it started. */
async function refusals(redis: Pick<RedisServer, "command">, code: string): Promise<number> {
  const stats = String(await redis.command("INFO", "errorstats"));
  return Number(new RegExp(`errorstat_${code}:count=(\\d+)`).exec(stats)?.[1] ?? 0);
}

interface Listening extends Node {
  readonly handled: readonly number[];
  readonly publish: (n: number) => Promise<unknown>;
}

/** A service that listens to an event of its own. */
async function listening(redis: RedisServer): Promise<Listening> {
  const node = makeNode({ url: redis.url });
  const happened = freshEvent();
  const handled: number[] = [];
  node.bus.listen(happened, ({ n }) => void handled.push(n), { name: "patient" });
  await node.bus.start();
  return { ...node, handled, publish: (n) => node.bus.publish(happened, { n }, { timeoutMs: 25_000 }) };
}

describe("redis broker, a server that refuses for a while", { timeout: 60_000 }, () => {
  test("waits while the server loads its data, and goes on", async () => {
    const redis = await ownRedis();
    const { handled, publish, bus } = await listening(redis);
    for (const n of numbers(70)) await redis.command("SET", `key${n}`, "x".repeat(1_000));
    // Data in the form of a snapshot is loaded key by key, and clients are heard in between.
    await redis.command("BGREWRITEAOF");
    await waitUntil("the snapshot is written", 10_000, async () => {
      return String(await redis.command("INFO", "persistence")).includes("aof_rewrite_in_progress:0");
    });
    // Settings that Redis has for its own tests.
    await redis.command("CONFIG", "SET", "key-load-delay", "60000");
    await redis.command("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
    await redis.command("CONFIG", "REWRITE");
    await redis.kill();
    const started = redis.start();
    await waitUntil("it loads", 10_000, () => isRefusedWith(redis, "LOADING"));
    const published = publish(1);
    await started;
    await published;
    await waitUntil("the event is handled", 10_000, () => handled.length > 0);
    expect(handled).toEqual([1]);
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
  });

  test("waits while a script of somebody holds the server, and goes on in order when it has ended", async () => {
    const redis = await ownRedis({ config: ["busy-reply-threshold 50"] });
    const { handled, publish, bus } = await listening(redis);
    const loop = "local t = redis.call('TIME')[1] while redis.call('TIME')[1] - t < 2 do end";
    const script = redis.command("EVAL", loop, "0");
    await waitUntil("the server is busy", 10_000, () => isRefusedWith(redis, "BUSY"));
    const published = numbers(10).map((n) => publish(n));
    await script;
    await Promise.all(published);
    expect(await refusals(redis, "BUSY")).toBeGreaterThan(1); // the first was ours
    await waitUntil("all are handled", 10_000, () => handled.length >= 10);
    expect(handled).toEqual(numbers(10));
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
  });

  test("refuses to start without a password that the server wants, and goes on trying once it was let in", async () => {
    const redis = await ownRedis();
    const { handled, publish, bus } = await listening(redis);
    using operator = await redis.connect();
    await operator.command("CONFIG", "SET", "requirepass", "secret");
    await operator.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await expect(makeNode({ url: redis.url }).bus.start()).rejects.toThrow(/NOAUTH/);
    const before = await refusals(operator, "NOAUTH");
    await waitUntil("a running service is refused", 10_000, async () => {
      return (await refusals(operator, "NOAUTH")) > before;
    });
    expect(bus.health().healthy).toBe(false);
    const published = publish(1);
    await operator.command("CONFIG", "SET", "requirepass", "");
    await published;
    await waitUntil("the event is handled", 10_000, () => handled.includes(1));
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
  });
});

/** An event of another producer. */
const eventOf = (type: string, n: number, length: number): string =>
  JSON.stringify({
    ...{ specversion: "1.0", id: String(n), source: "tests", type, datacontenttype: "application/json" },
    ...{ padding: "x".repeat(length), data: { n } satisfies Item },
  });

describe("redis broker, a listener too slow for the server's patience", { timeout: 60_000 }, () => {
  const perEvent = 100_000;
  const events = 100;
  const config = ["client-output-buffer-limit pubsub 1mb 0 0"];

  test("on Pub/Sub the gap is reported, and the subscription made again", async () => {
    const redis = await ownRedis({ config });
    const happened = freshEvent(freshChannel({ durable: false }));
    const { bus, reports } = makeNode({ url: redis.url });
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { scope: "broadcast" });
    await bus.start();
    // In one step, so that no listener could be quick enough.
    const script = "for i = 1, ARGV[2] do redis.call('PUBLISH', KEYS[1], ARGV[1]) end";
    const document = eventOf(happened.type, 0, perEvent);
    await redis.command("EVAL", script, "1", streamOf(happened), document, String(events));
    await waitUntil("it is reported", 20_000, () => reports.length > 0 && bus.health().healthy);
    expect(reports).toEqual([expect.stringContaining(`${streamOf(happened)} may be missing`)]);
    expect(handled.length).toBeLessThan(events);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the next is handled", 10_000, () => handled.includes(1));
  });

  test("on a stream there is no gap", async () => {
    const redis = await ownRedis({ config });
    const happened = freshEvent();
    const { bus, reports } = makeNode({ url: redis.url });
    const handled = new Set<string>();
    bus.listen(happened, (_, { envelope }) => void handled.add(envelope.id), { name: "slow" });
    await bus.start();
    const script = "for i = 1, #ARGV do redis.call('XADD', KEYS[1], '*', 'event', ARGV[i]) end";
    const documents = numbers(events).map((n) => eventOf(happened.type, n, perEvent));
    await redis.command("EVAL", script, "1", streamOf(happened), ...documents);
    await waitUntil("all are handled", 20_000, () => handled.size === events);
    expect(reports).toEqual([]);
  });
});
