import { access, mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { GivenServer } from "../helpers/servers/given.js";
import { type RedisOptions, type RedisServer, startRedis } from "../helpers/servers/redis.js";
import { startRedisCluster } from "../helpers/servers/redis-cluster.js";
import { startRedisSentinel } from "../helpers/servers/redis-sentinel.js";
import { redisCommand } from "../helpers/servers/resp.js";
import type { Restartable } from "../helpers/servers/restartable.js";
import { redisForFile } from "../helpers/servers/shared.js";
import { waitUntil } from "../helpers/servers/wait-until.js";

const running: Restartable[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** Closed after the test. */
function own<T extends Restartable>(server: T): T {
  running.push(server);
  return server;
}

const secured: RedisOptions = { user: { name: "shop", password: "p%w:@/ä" }, tls: true };

describe("redis server", () => {
  test("keeps what it has answered for, over a kill and over a stop, on the same port", async () => {
    const redis = own(await startRedis());
    const { port, pid } = redis;
    expect(await redis.command("SET", "killed", "yes")).toBe("OK");
    await redis.kill();
    await expect(redis.command("PING")).rejects.toThrow("ECONNREFUSED");
    await redis.start();
    expect(await redis.command("SET", "stopped", "yes")).toBe("OK");
    await redis.restart();
    expect(await redis.command("MGET", "killed", "stopped")).toEqual(["yes", "yes"]);
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
  });

  test("comes back empty from wipe", async () => {
    const redis = own(await startRedis());
    await redis.command("SET", "key", "value");
    await redis.wipe();
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("stop is an orderly end", async () => {
    const redis = own(await startRedis());
    await redis.stop();
    expect(await redis.output()).toContain("ready to exit");
    expect(redis.pid).toBeUndefined();
  });

  test("answers nothing while it is paused, and all of it afterwards", async () => {
    const redis = own(await startRedis());
    using connection = await redis.connect();
    const order: string[] = [];
    redis.pause();
    const reply = connection.command("PING").then(() => order.push("answered"));
    // Another server answers the same question meanwhile.
    await own(await startRedis()).command("PING");
    order.push("resumed");
    redis.resume();
    await reply;
    expect(order).toEqual(["resumed", "answered"]);
  });

  test("stops although it is paused", async () => {
    const redis = own(await startRedis());
    redis.pause();
    await redis.stop();
    expect(redis.pid).toBeUndefined();
  });

  test("takes further lines of configuration", async () => {
    const redis = own(await startRedis({ config: ["maxmemory 12mb", "maxmemory-policy noeviction"] }));
    expect(await redis.command("CONFIG", "GET", "maxmemory")).toEqual(["maxmemory", String(12 << 20)]);
  });

  test("lets only its user in, and only by TLS that its authority signed", async () => {
    const redis = own(await startRedis(secured));
    const { port, address } = redis;
    expect(redis.url).toBe(`rediss://shop:p%25w%3A%40%2F%C3%A4@127.0.0.1:${port}`);
    expect(await redis.command("ACL", "WHOAMI")).toBe("shop");
    await expect(redisCommand({ ...address, user: undefined }, "PING")).rejects.toThrow("NOAUTH");
    await expect(redisCommand({ ...address, ca: undefined }, "PING")).rejects.toThrow();
    const stranger = await startRedis({ tls: true });
    const otherCa = own(stranger).address.ca;
    await expect(redisCommand({ ...address, ca: otherCa }, "PING")).rejects.toThrow("certificate");
  });

  test("serves the certificate that was written before it started", async () => {
    const redis = own(await startRedis({ tls: true }));
    await redis.stop();
    await redis.certificate?.renew({ expired: true });
    await redis.start();
    await expect(redis.connect()).rejects.toThrow("expired");
    await redis.certificate?.renew();
    await redis.restart();
    (await redis.connect()).close();
  });

  test("tells what it printed when it does not start, and leaves nothing behind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "eventwright-test-"));
    vi.stubEnv("TMPDIR", folder);
    const start = startRedis({ config: ["no-such-setting 1"] });
    await expect(start).rejects.toThrow(/cannot start Redis on port \d+.*no-such-setting 1/s);
    vi.unstubAllEnvs();
    await rmdir(folder); // refused when something is in it
  });

  test("close removes its folder", async () => {
    const redis = await startRedis();
    const [, folder] = Object(await redis.command("CONFIG", "GET", "dir"));
    await access(folder);
    await redis.close();
    await expect(access(dirname(folder))).rejects.toThrow("ENOENT");
  });
});

describe.each([
  ["plain", {}],
  ["with a user and TLS", secured],
])("redis sentinel, %s", { timeout: 90_000 }, (_, options) => {
  test("makes the replica the primary when the primary is killed, and takes it back as a replica", async () => {
    const sentinel = own(await startRedisSentinel(options));
    const [first, second] = sentinel.nodes;
    expect(await sentinel.primary()).toBe(first);
    await first?.command("SET", "key", "value");
    expect(await first?.command("WAIT", "1", "5000")).toBe(1);
    await first?.kill();
    await waitUntil("the replica is the primary", 20_000, async () => {
      return (await sentinel.primary()) === second && (await role(second)) === "master";
    });
    expect(await second?.command("GET", "key")).toBe("value");
    await first?.start();
    await waitUntil("the old primary is a replica", 40_000, async () => (await role(first)) === "slave");
    await sentinel.settle();
    await sentinel.wipe();
    expect(await (await sentinel.primary()).command("DBSIZE")).toBe(0);
  });
});

test("redis sentinel: a primary cut off from the sentinels goes on serving its clients", async () => {
  const sentinel = own(await startRedisSentinel({ user: { name: "shop", password: "secret" } }));
  const [first, second] = sentinel.nodes;
  if (first === undefined) throw new Error("no nodes");
  await sentinel.isolate(first);
  await waitUntil("the replica is the primary", 20_000, async () => (await role(second)) === "master");
  expect(await first.command("SET", "key", "value")).toBe("OK");
  expect(await role(first)).toBe("master");
  await sentinel.rejoin(first);
  await waitUntil("the old primary is a replica", 40_000, async () => (await role(first)) === "slave");
}, 90_000);

describe.each([
  ["plain", {}],
  ["with a user and TLS", secured],
])("redis cluster, %s", { timeout: 90_000 }, (_, options) => {
  test("serves all slots, and a replica takes over for a killed primary", async () => {
    const cluster = own(await startRedisCluster(options));
    const keys = ["a", "b", "c", "d", "e", "f"];
    for (const key of keys) {
      const primary = await cluster.primaryOf(key);
      expect(await primary.command("SET", key, key)).toBe("OK");
      expect(await primary.command("WAIT", "1", "5000")).toBe(1);
    }
    const killed = await cluster.primaryOf("a");
    await killed.kill();
    await waitUntil("another node holds the slot", 20_000, async () => {
      return (await (await cluster.primaryOf("a")).command("GET", "a")) === "a";
    });
    await killed.start();
    await cluster.settle();
    expect(await role(killed)).toBe("slave");
    await cluster.wipe();
    expect(await (await cluster.primaryOf("a")).command("DBSIZE")).toBe(0);
    expect(new Set(await Promise.all(keys.map((key) => cluster.primaryOf(key)))).size).toBe(3);
  });
});

describe("redis for a test file", () => {
  const redis = redisForFile();

  test("is the one that was given, or one of its own that can restart", async () => {
    const given = process.env.EVENTWRIGHT_TEST_REDIS_URL;
    const server = redis();
    expect(server.canRestart).toBe(given === undefined);
    expect(server.url).toMatch(given ?? /^redis:\/\/127\.0\.0\.1:\d+$/);
    if (server.canRestart) expect(await server.command("PING")).toBe("PONG");
  });
});

describe("redis for a test file, afterwards", () => {
  let last: RedisServer | GivenServer;

  describe("during", () => {
    const redis = redisForFile();

    test("is there", () => {
      last = redis();
    });
  });

  test("has ended if it was ours", () => {
    if (last.canRestart) expect(last.pid).toBeUndefined();
  });
});

async function role(node: RedisServer | undefined): Promise<unknown> {
  const reply = await node?.command("ROLE");
  return Array.isArray(reply) ? reply[0] : reply;
}
