import { describe, expect, test } from "vitest";
import { startRedisSentinel } from "../helpers/servers/redis-sentinel.js";
import { waitUntil } from "../helpers/servers/wait-until.js";
import { role, setUps } from "./redis-set-ups.js";

/** Long enough for a machine with much else to do. */
const failoverTimeoutMs = 90_000;
const silenceMs = 3_000;

describe.concurrent.each(setUps)("redis sentinel, %s", { timeout: 300_000 }, (_, options) => {
  test("makes the replica the primary when the primary is killed, and takes it back as a replica", async () => {
    await using sentinel = await startRedisSentinel({ ...options, silenceMs });
    const [first, second] = sentinel.nodes;
    expect(await sentinel.primary()).toBe(first);
    await first?.command("SET", "key", "value");
    expect(await first?.command("WAIT", "1", "5000")).toBe(1);
    await first?.kill();
    await waitUntil("the replica is the primary", failoverTimeoutMs, async () => {
      return (await sentinel.primary()) === second && (await role(second)) === "master";
    });
    expect(await second?.command("GET", "key")).toBe("value");
    await first?.start();
    await waitUntil(
      "the old primary is a replica",
      failoverTimeoutMs,
      async () => (await role(first)) === "slave",
    );
    await sentinel.settle();
    await sentinel.wipe();
    expect(await (await sentinel.primary()).command("DBSIZE")).toBe(0);
  });
});

test.concurrent("redis sentinel: a primary cut off from the sentinels goes on serving its clients", async () => {
  await using sentinel = await startRedisSentinel({ user: { name: "shop", password: "secret" }, silenceMs });
  const [first, second] = sentinel.nodes;
  if (first === undefined) throw new Error("no nodes");
  await sentinel.isolate(first);
  await waitUntil(
    "the replica is the primary",
    failoverTimeoutMs,
    async () => (await role(second)) === "master",
  );
  expect(await first.command("SET", "key", "value")).toBe("OK");
  expect(await role(first)).toBe("master");
  await sentinel.rejoin(first);
  await waitUntil(
    "the old primary is a replica",
    failoverTimeoutMs,
    async () => (await role(first)) === "slave",
  );
}, 300_000);
