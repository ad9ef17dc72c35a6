import { access, mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { GivenServer } from "../helpers/servers/given.js";
import { type RedisServer, startRedis } from "../helpers/servers/redis.js";
import { redisCommand } from "../helpers/servers/resp.js";
import { redisForFile } from "../helpers/servers/shared.js";
import { secured } from "./redis-set-ups.js";

describe("redis server", () => {
  test("keeps what it has answered for, over a kill and over a stop, on the same port", async () => {
    await using redis = await startRedis();
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
    await using redis = await startRedis();
    await redis.command("SET", "key", "value");
    await redis.wipe();
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("stop is an orderly end", async () => {
    await using redis = await startRedis();
    await redis.stop();
    expect(await redis.output()).toContain("ready to exit");
    expect(redis.pid).toBeUndefined();
  });

  test("answers nothing while it is paused, and all of it afterwards", async () => {
    await using redis = await startRedis();
    using connection = await redis.connect();
    const order: string[] = [];
    redis.pause();
    const reply = connection.command("PING").then(() => order.push("answered"));
    // Another server answers the same question meanwhile.
    await using other = await startRedis();
    await other.command("PING");
    order.push("resumed");
    redis.resume();
    await reply;
    expect(order).toEqual(["resumed", "answered"]);
  });

  test("stops although it is paused", async () => {
    await using redis = await startRedis();
    redis.pause();
    await redis.stop();
    expect(redis.pid).toBeUndefined();
  });

  test("takes further lines of configuration", async () => {
    await using redis = await startRedis({ config: ["maxmemory 12mb", "maxmemory-policy noeviction"] });
    expect(await redis.command("CONFIG", "GET", "maxmemory")).toEqual(["maxmemory", String(12 << 20)]);
  });

  test("lets only its user in, and only by TLS that its authority signed", async () => {
    await using redis = await startRedis(secured);
    const { port, address } = redis;
    expect(redis.url).toBe(`rediss://shop:p%25w%3A%40%2F%C3%A4@127.0.0.1:${port}`);
    expect(await redis.command("ACL", "WHOAMI")).toBe("shop");
    await expect(redisCommand({ ...address, user: undefined }, "PING")).rejects.toThrow("NOAUTH");
    await expect(redisCommand({ ...address, ca: undefined }, "PING")).rejects.toThrow();
    await using stranger = await startRedis({ tls: true });
    const otherCa = stranger.address.ca;
    await expect(redisCommand({ ...address, ca: otherCa }, "PING")).rejects.toThrow("certificate");
  });

  test("serves the certificate that was written before it started", async () => {
    await using redis = await startRedis({ tls: true });
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
