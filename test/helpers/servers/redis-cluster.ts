import { join } from "node:path";
import { freePorts } from "./ports.js";
import {
  createCertificate,
  createFolder,
  createRedis,
  type RedisOptions,
  type RedisServer,
} from "./redis.js";
import { quote } from "./redis-config.js";
import { startOrClose } from "./restartable.js";
import { ServerGroup } from "./server-group.js";
import { waitUntil, within } from "./wait-until.js";

const slots = 16_384;
const shards = 3;
const readyTimeoutMs = 120_000;

/** Three primaries with a replica each; a primary that is silent for 2 s is replaced. */
export class RedisCluster extends ServerGroup {
  /** The first three start as primaries, the others as their replicas in the same order. */
  readonly nodes: readonly RedisServer[];

  constructor(folder: string, nodes: readonly RedisServer[]) {
    super({
      name: "Redis Cluster",
      members: nodes,
      folder,
      isReady: async () => (await Promise.all(nodes.map(isComplete))).every(Boolean),
      readyTimeoutMs,
    });
    this.nodes = nodes;
  }

  /** The running node that holds the slot of this key as its primary now. */
  async primaryOf(key: string): Promise<RedisServer> {
    for (const node of this.nodes) {
      if (node.pid === undefined) continue;
      // A primary of the slot answers; all others say where it is, or are paused.
      const answer = node.command("EXISTS", key).catch(() => undefined);
      if ((await within(1_000, answer)) !== undefined) return node;
    }
    throw new Error(`no running node of the Redis Cluster holds the slot of "${key}"`);
  }

  /** Moves the slot of a key, with its data, to another primary, as `redis-cli --cluster reshard` does. */
  async moveSlot(key: string): Promise<void> {
    const source = await this.primaryOf(key);
    const slot = String(await source.command("CLUSTER", "KEYSLOT", key));
    const primaries = await this.#primaries();
    const target = primaries.find((node) => node !== source);
    if (target === undefined) throw new Error("there is no other primary in the Redis Cluster");
    const [from, to] = [await idOf(source), await idOf(target)];
    await target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from);
    await source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to);
    const keys = await source.command("CLUSTER", "GETKEYSINSLOT", slot, "100");
    for (const moved of Array.isArray(keys) ? keys.map(String) : []) {
      await source.command("MIGRATE", "127.0.0.1", String(target.port), moved, "0", "5000");
    }
    for (const node of primaries) await node.command("CLUSTER", "SETSLOT", slot, "NODE", to);
  }

  async #primaries(): Promise<RedisServer[]> {
    const running = this.nodes.filter(({ pid }) => pid !== undefined);
    const roles = await Promise.all(running.map((node) => node.command("ROLE")));
    return running.filter((_, index) => JSON.stringify(roles[index]).startsWith('["master"'));
  }
}

const idOf = async (node: RedisServer): Promise<string> => String(await node.command("CLUSTER", "MYID"));

/** Starts six servers and resolves when all slots are served and all replicas have their primary's data. */
export async function startRedisCluster(options: RedisOptions = {}): Promise<RedisCluster> {
  const folder = await createFolder();
  const certificate = await createCertificate(folder, options);
  const [ports, busPorts] = [await freePorts(2 * shards), await freePorts(2 * shards)];
  const nodes = await Promise.all(
    ports.map((port, index) => {
      const place = { folder: join(folder, String(port)), port, certificate };
      return createRedis(place, options, [
        "cluster-enabled yes",
        `cluster-config-file ${quote(join(folder, String(port), "nodes.conf"))}`, // not in the data, so that `wipe` keeps it
        `cluster-port ${busPorts[index]}`,
        "cluster-node-timeout 2000",
        ...(certificate ? ["tls-cluster yes"] : []),
      ]);
    }),
  );
  const cluster = new RedisCluster(folder, nodes);
  return await startOrClose(cluster, async () => {
    await Promise.all(nodes.map((node) => node.start()));
    await form(nodes, busPorts);
    await cluster.settle();
  });
}

async function form(nodes: readonly RedisServer[], busPorts: readonly number[]): Promise<void> {
  const [first] = nodes;
  const primaries = nodes.slice(0, shards);
  const ids = await Promise.all(nodes.map(idOf));
  await Promise.all(
    nodes.map((node, index) =>
      first?.command("CLUSTER", "MEET", "127.0.0.1", String(node.port), String(busPorts[index])),
    ),
  );
  const edge = (shard: number) => Math.round((slots * shard) / shards);
  await Promise.all(
    primaries.map((node, shard) =>
      node.command("CLUSTER", "ADDSLOTSRANGE", String(edge(shard)), String(edge(shard + 1) - 1)),
    ),
  );
  await Promise.all(
    nodes.slice(shards).map((node, index) =>
      // Refused until it has heard of its primary.
      waitUntil("a replica knows its primary", readyTimeoutMs, async () => {
        return (await node.command("CLUSTER", "REPLICATE", String(ids[index]))) === "OK";
      }),
    ),
  );
}

/** Slots served, all nodes known with their right parts, and the data of the primary here. */
async function isComplete(node: RedisServer): Promise<boolean> {
  const info = String(await node.command("CLUSTER", "INFO"));
  const known = String(await node.command("CLUSTER", "NODES"))
    .trim()
    .split("\n");
  const replicas = known.filter((line) => /^\S+ \S+ (?:myself,)?slave /.test(line));
  const replication = String(await node.command("INFO", "replication"));
  return (
    info.includes("cluster_state:ok") &&
    known.length === 2 * shards &&
    known.every((line) => !line.includes("fail")) &&
    replicas.length === shards &&
    (replication.includes("role:master") || replication.includes("master_link_status:up"))
  );
}
