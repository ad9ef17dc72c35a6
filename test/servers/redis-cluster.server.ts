import { describe, expect, test } from "vitest";
import { startRedisCluster } from "../helpers/servers/redis-cluster.js";
import { waitUntil } from "../helpers/servers/wait-until.js";
import { role, setUps } from "./redis-set-ups.js";

/** Long enough for a machine with much else to do. */
const failoverTimeoutMs = 90_000;

describe.concurrent.each(setUps)("redis cluster, %s", { timeout: 300_000 }, (_, options) => {
  test("serves all slots, and a replica takes over for a killed primary", async () => {
    await using cluster = await startRedisCluster(options);
    const keys = ["a", "b", "c", "d", "e", "f"];
    for (const key of keys) {
      const primary = await cluster.primaryOf(key);
      expect(await primary.command("SET", key, key)).toBe("OK");
      expect(await primary.command("WAIT", "1", "5000")).toBe(1);
    }
    const killed = await cluster.primaryOf("a");
    await killed.kill();
    await waitUntil("another node holds the slot", failoverTimeoutMs, async () => {
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
