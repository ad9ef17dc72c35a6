import { RedisBroker, type RedisBrokerOptions } from "@eventwright/runtime/redis";
import { Cluster, Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { startRedis } from "../../helpers/servers/redis.js";
import { type RedisCluster, startRedisCluster } from "../../helpers/servers/redis-cluster.js";
import { startRedisSentinel } from "../../helpers/servers/redis-sentinel.js";
import type { Restartable } from "../../helpers/servers/restartable.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshCommand, freshEvent, makeNode, numbers, streamOf } from "./world.js";

const running: Restartable[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

function own<Server extends Restartable>(server: Server): Server {
  running.push(server);
  return server;
}

/** Durable and fleeting events, also with wishes, and a request: whether all of it works. */
async function exercise(options: RedisBrokerOptions): Promise<void> {
  const { bus } = makeNode({ ...options, dedupeWindowMs: 60_000, retainMs: 60_000 });
  const [kept, fleeting, command] = [
    freshEvent(),
    freshEvent(freshChannel({ durable: false })),
    freshCommand(),
  ];
  const got: unknown[] = [];
  bus.listen(kept, ({ n }) => void got.push(["kept", n]), { name: "keeper" });
  bus.listen(fleeting, ({ n }) => void got.push(["fleeting", n]), { name: "glimpse", scope: "broadcast" });
  bus.listen({ contract: command, handle: ({ n }) => n * 2 });
  await bus.start();
  for (const delayMs of [0, 50, 50]) await bus.publish(kept, { n: 1 }, { delayMs, id: `after ${delayMs}` });
  await bus.publish(fleeting, { n: 2 });
  expect(await bus.send(command, { n: 21 })).toBe(42);
  await waitUntil("all are handled", 5_000, () => got.length >= 3);
  expect(got.toSorted()).toEqual([
    ["fleeting", 2],
    ["kept", 1],
    ["kept", 1],
  ]);
  await bus.close();
}

describe("redis broker, deployments", () => {
  test("works with a user over TLS", async () => {
    const redis = own(await startRedis({ user: { name: "shop", password: "p%w:@/ä" }, tls: true }));
    const ca = redis.certificate?.ca ?? "";
    await exercise({ url: redis.url, connection: { tls: { ca } } });
    await expect(makeNode({ url: redis.url }).bus.start()).rejects.toThrow(/self-signed|unable to verify/);
  });

  test("works with a user who may do no more than the guide says", async () => {
    const redis = own(await startRedis());
    const rules = ["~eventwright:*", "~{eventwright:*", "&eventwright:*", "+@all", "-@dangerous", "-@admin"];
    await redis.command(
      "ACL",
      "SETUSER",
      "least",
      "on",
      ">secret",
      "resetkeys",
      "resetchannels",
      ...rules,
      "+info",
    );
    const url = redis.url.replace("redis://", "redis://least:secret@");
    await exercise({ url });
  });

  test("works on the settings of a client that is given, and leaves that alone", async () => {
    const redis = own(await startRedis());
    const client = new Redis(redis.url, { connectionName: "given" });
    await exercise({ client });
    expect(await client.ping()).toBe("PONG");
    client.disconnect();
  });

  test("follows the primary that sentinels name", { timeout: 90_000 }, async () => {
    const sentinel = own(await startRedisSentinel());
    const sentinels = sentinel.sentinels.map(({ port }) => ({ host: "127.0.0.1", port }));
    const { bus } = makeNode({ connection: { sentinels, name: sentinel.primaryName } });
    const happened = freshEvent();
    const handled = new Set<number>();
    bus.listen(happened, ({ n }) => void handled.add(n), { name: "follower" });
    await bus.start();
    await bus.publish(happened, { n: 0 });
    const replica = sentinel.nodes[1];
    await waitUntil("the replica has it", 5_000, async () => {
      return Number(await replica?.command("EXISTS", streamOf(happened))) === 1;
    });
    const primary = await sentinel.primary();
    await primary.kill();
    await waitUntil("publishing goes on", 30_000, () =>
      bus.publish(happened, { n: 1 }, { timeoutMs: 20_000 }).then(() => true),
    );
    await waitUntil("the events are handled", 10_000, () => handled.has(0) && handled.has(1));
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
  });
});

describe("redis broker, cluster", () => {
  const optionsOf = (cluster: RedisCluster): RedisBrokerOptions => ({
    cluster: { nodes: cluster.nodes.slice(0, 2).map(({ port }) => ({ host: "127.0.0.1", port })) },
  });

  test("works over all its primaries, follows a moved slot and a fail-over", {
    timeout: 120_000,
  }, async () => {
    const cluster = own(await startRedisCluster());
    await Promise.all(numbers(5).map(() => exercise(optionsOf(cluster))));
    await exerciseGiven(cluster);
    await expect(new RedisBroker({ url: cluster.nodes[0]?.url ?? "" }).connect(host)).rejects.toThrow(
      /cluster\.nodes/,
    );

    const { bus, reports } = makeNode(optionsOf(cluster));
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "mover" });
    await bus.start();
    await bus.publish(happened, { n: 0 });
    await waitUntil("it is handled", 5_000, () => handled.includes(0));
    await moveSlot(cluster, streamOf(happened));
    const sent = numbers(400).map((n) => bus.publish(happened, { n: n + 1 }));
    await Promise.all(sent);
    await waitUntil("those after the move are handled", 15_000, () => handled.length >= 401);
    expect(handled).toEqual(numbers(401));

    const primary = await cluster.primaryOf(streamOf(happened));
    await waitUntil("its replica has the events", 5_000, async () => {
      return /connected_slaves:[1-9]/.test(String(await primary.command("INFO", "replication")));
    });
    await primary.kill();
    const later = numbers(20).map((n) =>
      bus.publish(happened, { n: n + 1_000 }, { timeoutMs: 30_000 }).catch(() => {}),
    );
    await Promise.all(later);
    await bus.publish(happened, { n: 2_000 }, { timeoutMs: 30_000 });
    await waitUntil("the last is handled", 15_000, () => handled.includes(2_000));
    await waitUntil("the bus is well", 15_000, () => bus.health().healthy);
    expect(reports).toEqual([]);
  });
});

const host = { onStatus: () => {}, onReply: () => {}, onReport: () => {} };

async function exerciseGiven(cluster: RedisCluster): Promise<void> {
  const client = new Cluster(cluster.nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
  await new Promise((resolve) => client.once("ready", resolve));
  await exercise({ client });
  expect(await client.ping()).toBe("PONG");
  client.disconnect();
}

/** Moves the slot of a key, with its data, to another primary, as `redis-cli --cluster reshard` does. */
async function moveSlot(cluster: RedisCluster, key: string): Promise<void> {
  const source = await cluster.primaryOf(key);
  const slot = String(await source.command("CLUSTER", "KEYSLOT", key));
  const primaries = cluster.nodes.slice(0, 3);
  const target = primaries.find((node) => node !== source);
  if (target === undefined) throw new Error("there is no other primary");
  const [from, to] = [
    String(await source.command("CLUSTER", "MYID")),
    String(await target.command("CLUSTER", "MYID")),
  ];
  await target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from);
  await source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to);
  const keys = await source.command("CLUSTER", "GETKEYSINSLOT", slot, "100");
  for (const moved of Array.isArray(keys) ? keys.map(String) : []) {
    await source.command("MIGRATE", "127.0.0.1", String(target.port), moved, "0", "5000");
  }
  for (const node of primaries) await node.command("CLUSTER", "SETSLOT", slot, "NODE", to);
}
