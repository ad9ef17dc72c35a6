import { afterEach, describe, expect, test } from "vitest";
import { type RedisOptions, type RedisServer, startRedis } from "../../helpers/servers/redis.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, makeNode, numbers, streamOf } from "./world.js";

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

describe("redis broker, faults of the server", () => {
  test("loses nothing that was accepted when the server is killed and comes back", {
    timeout: 60_000,
  }, async () => {
    // With `everysec` Redis answers while it holds back writes during a sync: a kill loses these.
    const redis = await ownRedis({ config: ["appendfsync always"] });
    const { bus } = makeNode({ url: redis.url });
    const happened = freshEvent();
    const handled = new Map<number, number>();
    bus.listen(happened, ({ n }) => void handled.set(n, (handled.get(n) ?? 0) + 1), { name: "survivor" });
    await bus.start();
    const accepted: number[] = [];
    const publish = async (n: number): Promise<void> => {
      await bus.publish(happened, { n }).then(
        () => accepted.push(n),
        (error: unknown) => expect(error).toMatchObject({ outcome: "unknown" }),
      );
    };
    for (let round = 0; round < 3; round++) {
      const publishes = numbers(300).map((n) => publish(round * 300 + n));
      await publishes[50];
      await redis.kill();
      await redis.start();
      await Promise.all(publishes);
    }
    await waitUntil("all accepted events are handled", 10_000, () => accepted.every((n) => handled.has(n)));
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
    expect(accepted.length).toBeGreaterThan(0);
  });

  test.each([
    ["comes back empty", (redis: RedisServer) => redis.wipe()],
    ["is flushed", (redis: RedisServer) => redis.command("FLUSHALL")],
  ])("makes its groups again, and says so, when the server %s", { timeout: 30_000 }, async (_, lose) => {
    const redis = await ownRedis();
    const { bus, reports } = makeNode({ url: redis.url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "again" });
    await bus.start();
    await bus.publish(happened, { n: 1 });
    await waitUntil("the first is handled", 5_000, () => handled.length === 1);
    await lose(redis);
    await waitUntil(
      "the loss is reported, and mended",
      10_000,
      () => reports.length > 0 && bus.health().healthy,
    );
    expect(reports).toEqual([
      expect.stringMatching(/^the server has lost the group again of .*it was made again$/),
    ]);
    await bus.publish(happened, { n: 2 });
    await waitUntil("the next is handled", 5_000, () => handled.includes(2));
  });

  test("makes a group again that somebody destroyed, with all that is still in the stream", async () => {
    const redis = await ownRedis();
    const { bus, reports } = makeNode({ url: redis.url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "destroyed" });
    await bus.start();
    await redis.command("XGROUP", "DESTROY", streamOf(happened), "destroyed");
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 5_000, () => handled.includes(1));
    expect(reports).toHaveLength(1);
  });

  test("stops a listener whose group is lost, where it is told to", async () => {
    const redis = await ownRedis();
    const { bus, reports } = makeNode({ url: redis.url, onGroupLost: "stop" });
    const happened = freshEvent();
    bus.listen(happened, () => {}, { name: "stops" });
    await bus.start();
    await redis.command("FLUSHALL");
    await waitUntil("the loss is reported", 10_000, () => reports.length > 0);
    expect(reports).toEqual([expect.stringContaining("it stays stopped")]);
    expect(bus.health()).toMatchObject({ healthy: false, listeners: [{ consuming: false }] });
    expect(await redis.command("EXISTS", streamOf(happened))).toBe(0);
  });

  test("waits for a server that is paused, and gives its running event to nobody else", {
    timeout: 60_000,
  }, async () => {
    const redis = await ownRedis();
    const { bus } = makeNode({ url: redis.url, answerTimeoutMs: 1_000 });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "paused" });
    await bus.start();
    redis.pause();
    const publish = bus.publish(happened, { n: 1 }, { timeoutMs: 500 });
    await expect(publish).rejects.toMatchObject({ code: "PUBLISH_TIMEOUT", outcome: "unknown" });
    await waitUntil("the loss is noticed", 10_000, () => !bus.health().healthy);
    redis.resume();
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
    await bus.publish(happened, { n: 2 });
    await waitUntil("the next is handled", 5_000, () => handled.includes(2));
    expect(handled.filter((n) => n === 1).length).toBeLessThanOrEqual(1);
  });

  test("comes back when an operator ends its connections", async () => {
    const redis = await ownRedis();
    const { bus } = makeNode({ url: redis.url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "killed" });
    await bus.start();
    await redis.command("CLIENT", "KILL", "TYPE", "normal");
    // One that was written before the end was seen has an unknown end.
    await bus
      .publish(happened, { n: 0 })
      .catch((error) => expect(error).toMatchObject({ outcome: "unknown" }));
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 5_000, () => handled.includes(1));
  });

  test("waits while the server is a replica, and goes on when it is a primary", {
    timeout: 30_000,
  }, async () => {
    const redis = await ownRedis();
    const { bus } = makeNode({ url: redis.url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "demoted" });
    await bus.start();
    await redis.command("REPLICAOF", "127.0.0.1", "1");
    const waiting = numbers(10).map((n) => bus.publish(happened, { n }));
    await waitUntil("the replica has refused", 5_000, async () => {
      return /errorstat_READONLY:count=\d/.test(String(await redis.command("INFO", "errorstats")));
    });
    await redis.command("REPLICAOF", "NO", "ONE");
    await Promise.all(waiting);
    await waitUntil("all are handled", 10_000, () => handled.length >= 10);
    expect(handled).toEqual(numbers(10));
  });

  test("refuses publishes that do not fit into the server's memory", async () => {
    const redis = await ownRedis();
    const { bus } = makeNode({ url: redis.url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "full" });
    await bus.start();
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    await expect(bus.publish(happened, { n: 1 })).rejects.toMatchObject({
      code: "PUBLISH_FULL",
      outcome: "refused",
    });
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await bus.publish(happened, { n: 2 });
    await waitUntil("the next is handled", 5_000, () => handled.length > 0);
    expect(handled).toEqual([2]);
  });

  test("refuses publishes beyond the length that a stream may have", async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const reader = makeNode({ url: redis.url });
    reader.bus.listen(happened, () => {}, { name: "absent" });
    await reader.bus.start();
    await reader.bus.close();
    const { bus } = makeNode({ url: redis.url, maxStreamLength: 3 });
    await bus.start();
    const ends = await Promise.allSettled(numbers(5).map((n) => bus.publish(happened, { n })));
    expect(ends.map(({ status }) => status)).toEqual([
      ...["fulfilled", "fulfilled", "fulfilled"],
      ...["rejected", "rejected"],
    ]);
    expect(ends[4]).toMatchObject({ reason: { code: "PUBLISH_FULL", outcome: "refused" } });
  });

  test("does not count as accepted what too few replicas have", async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const { bus } = makeNode({ url: redis.url, replicas: 1, replicasTimeoutMs: 50 });
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "copied" });
    await bus.start();
    const publish = bus.publish(happened, { n: 1 });
    await expect(publish).rejects.toMatchObject({ code: "PUBLISH_FAILED", outcome: "unknown" });
    await expect(publish).rejects.toThrow("expected 1 replicas to have it, got 0");
    await waitUntil("it is handled all the same", 5_000, () => handled.length > 0);
  });

  test("refuses to start on a server that may drop streams, and names its policy", async () => {
    const redis = await ownRedis({ config: ["maxmemory 100mb", "maxmemory-policy allkeys-lru"] });
    const { bus } = makeNode({ url: redis.url });
    await expect(bus.start()).rejects.toThrow(/expected noeviction .*, got allkeys-lru/);
  });

  test("fails fast at a wrong password, and within its limit without a server", async () => {
    const redis = await ownRedis({ user: { name: "shop", password: "right" } });
    const wrong = redis.url.replace("right", "wrong");
    const began = performance.now();
    await expect(makeNode({ url: wrong }).bus.start()).rejects.toThrow(/WRONGPASS/);
    expect(performance.now() - began).toBeLessThan(5_000);
    await redis.stop();
    const { bus } = makeNode({ url: redis.url, connectTimeoutMs: 2_000 });
    await expect(bus.start()).rejects.toMatchObject({ code: "BROKER_FAILED" });
    await redis.start();
    await bus.start();
  });

  test("takes over what a dead consumer held, one after the other, as the second attempt", async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const first = makeNode({ url: redis.url });
    first.bus.listen(happened, () => {}, { name: "heir" });
    await first.bus.start();
    await first.bus.close();
    const { bus } = makeNode({ url: redis.url, leaseMs: 400 });
    await bus.start();
    for (const n of numbers(5)) await bus.publish(happened, { n });
    await redis.command("XREADGROUP", "GROUP", "heir", "ghost", "STREAMS", streamOf(happened), ">");
    const got: unknown[] = [];
    let atOnce = 0;
    let most = 0;
    await bus.subscribe(
      happened,
      async ({ n }, { attempt }) => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce--;
        got.push([n, attempt]);
      },
      { name: "heir" },
    );
    await waitUntil("all are handled", 5_000, () => got.length >= 5);
    expect(got).toEqual(numbers(5).map((n) => [n, 2]));
    expect(most).toBe(1);
  });

  test("keeps the lease of a handler that takes longer than it", async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const got: number[] = [];
    let end = (): void => {};
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    const nodes = [makeNode({ url: redis.url, leaseMs: 300 }), makeNode({ url: redis.url, leaseMs: 300 })];
    for (const { bus } of nodes) {
      bus.listen(
        happened,
        async ({ n }) => {
          got.push(n);
          if (n === 0) await slow;
        },
        { name: "slow" },
      );
      await bus.start();
    }
    await nodes[0]?.bus.publish(happened, { n: 0 });
    const began = performance.now();
    await waitUntil("four leases have passed", 5_000, () => performance.now() - began > 1_200);
    expect(got).toEqual([0]);
    end();
  });

  test("reports by their ids the events that the server removed before they were handled", async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const first = makeNode({ url: redis.url });
    first.bus.listen(happened, () => {}, { name: "robbed" });
    await first.bus.start();
    await first.bus.close();
    const { bus, reports } = makeNode({ url: redis.url, leaseMs: 400 });
    await bus.start();
    for (const n of numbers(2)) await bus.publish(happened, { n });
    const stream = streamOf(happened);
    await redis.command("XREADGROUP", "GROUP", "robbed", "ghost", "STREAMS", stream, ">");
    const pending = JSON.stringify(await redis.command("XPENDING", stream, "robbed", "-", "+", "10"));
    await redis.command("XTRIM", stream, "MAXLEN", "0");
    const got: number[] = [];
    await bus.subscribe(happened, ({ n }) => void got.push(n), { name: "robbed" });
    await waitUntil("both are reported", 5_000, () => reports.length >= 2);
    for (const id of pending.match(/\d+-\d+/g) ?? []) expect(reports.join("\n")).toContain(id);
    expect(got).toEqual([]);
  });

  test("removes what every group has handled, and nothing else", { timeout: 20_000 }, async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const { bus } = makeNode({ url: redis.url, leaseMs: 1_000 });
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "quick" });
    const absent = makeNode({ url: redis.url });
    absent.bus.listen(happened, () => {}, { name: "absent" });
    await absent.bus.start();
    await absent.bus.close();
    await bus.start();
    await Promise.all(numbers(1_000).map((n) => bus.publish(happened, { n })));
    await waitUntil("all are handled", 5_000, () => handled.length === 1_000);
    // Held, and so not handled either.
    await redis.command(
      ...["XREADGROUP", "GROUP", "absent", "ghost", "COUNT", "500", "STREAMS", streamOf(happened), ">"],
    );
    const length = async (): Promise<number> => Number(await redis.command("XLEN", streamOf(happened)));
    const began = performance.now();
    await waitUntil("some rounds of care have passed", 5_000, () => performance.now() - began > 1_000);
    expect(await length()).toBe(1_000);
    await redis.command("XGROUP", "DESTROY", streamOf(happened), "absent");
    await waitUntil("the stream is short", 5_000, async () => (await length()) <= 100);
  });

  test("gives a delayed retry to another instance when the one that asked for it is gone", async () => {
    const redis = await ownRedis();
    const happened = freshEvent();
    const retry = { immediate: 0, delayed: 1, delayMs: 500, jitter: 0 };
    const first = makeNode({ url: redis.url });
    let failed = false;
    first.bus.listen(
      happened,
      () => {
        failed = true;
        throw new Error("not here");
      },
      { name: "later", retry },
    );
    await first.bus.start();
    await first.bus.publish(happened, { n: 1 });
    await waitUntil("it has failed", 5_000, () => failed);
    await first.bus.close();
    const got: unknown[] = [];
    const second = makeNode({ url: redis.url });
    second.bus.listen(happened, ({ n }, { attempt }) => void got.push([n, attempt]), {
      name: "later",
      retry,
    });
    await second.bus.start();
    await waitUntil("it comes again", 5_000, () => got.length > 0);
    expect(got).toEqual([[1, 2]]);
  });

  test("leaves no consumer and no group of its own behind", async () => {
    const redis = await ownRedis();
    const channel = freshChannel();
    const happened = freshEvent(channel);
    const { bus } = makeNode({ url: redis.url });
    bus.listen(happened, () => {}, { name: "tidy" });
    bus.listen(happened, () => {}, { name: "copies", scope: "broadcast" });
    await bus.start();
    await bus.publish(happened, { n: 1 });
    await bus.close();
    const stream = streamOf(happened);
    expect(JSON.stringify(await redis.command("XINFO", "GROUPS", stream))).not.toContain("broadcast");
    expect(await redis.command("XINFO", "CONSUMERS", stream, "tidy")).toEqual([]);
    expect(await redis.command("KEYS", "*broadcast*")).toEqual([]);
  });
});
