import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { redisBinary } from "./binaries.js";
import type { Certificate } from "./certificates.js";
import { freePorts } from "./ports.js";
import { createCertificate, createFolder, createRedis, type RedisOptions, RedisServer } from "./redis.js";
import { networkConfig } from "./redis-config.js";
import type { Reply } from "./resp.js";
import { startOrClose } from "./restartable.js";
import { ServerGroup } from "./server-group.js";

/** As whom the sentinels come to the nodes when the set-up has a user. */
const watcher = { name: "sentinel", password: "sentinel" };

/** The name under which the sentinels know the primary. */
const primaryName = "primary";

/**
 * Looks more often than sentinels do: an old primary is a replica after 2 s instead of 8 to 20 s. And it does not
 * stand back for 30 s when the machine was too busy to let it run for 2 s. Pings every second would be too few for
 * one that may be silent for a second: the first goes out a second after a sentinel has turned to a new primary, and
 * when that one was taken for dead before its answer came, the sentinels went back to the old one.
 */
const haste = {
  "PING-PERIOD": 200,
  "INFO-PERIOD": 500,
  "PUBLISH-PERIOD": 500,
  "TILT-TRIGGER": 30_000,
  "TILT-PERIOD": 1_000,
};

class Sentinel extends RedisServer {
  override async start(): Promise<void> {
    await super.start();
    const settings = Object.entries(haste).flatMap(([name, value]) => [name, String(value)]);
    // Unknown before Redis 7.0, which does the same, only later.
    await this.command("SENTINEL", "DEBUG", ...settings).catch(() => undefined);
  }
}

export interface RedisSentinelOptions extends RedisOptions {
  /**
   * For how long a primary may be silent before it is replaced. On a machine with much else to do a short time may end
   * for one that is well. @default 1000
   */
  readonly silenceMs?: number;
}

/** A primary and its replica, watched by three sentinels. */
export class RedisSentinel extends ServerGroup {
  readonly primaryName = primaryName;
  /** The one that starts as the primary, then the one that starts as its replica. */
  readonly nodes: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];

  constructor(folder: string, nodes: readonly RedisServer[], sentinels: readonly RedisServer[]) {
    super({
      name: "Redis Sentinel",
      members: [...nodes, ...sentinels],
      folder,
      isReady: async () =>
        (await haveRoles(nodes)) && (await Promise.all(sentinels.map(isWatching))).every(Boolean),
      readyTimeoutMs: 120_000,
    });
    this.nodes = nodes;
    this.sentinels = sentinels;
  }

  /** The node that a sentinel names as the primary now. */
  async primary(): Promise<RedisServer> {
    const sentinel = this.sentinels.find(({ pid }) => pid !== undefined);
    const reply = await sentinel?.command("SENTINEL", "get-master-addr-by-name", primaryName);
    const port = Array.isArray(reply) ? Number(reply[1]) : undefined;
    const node = this.nodes.find((candidate) => candidate.port === port);
    if (node === undefined) throw new Error(`no sentinel names a primary: ${JSON.stringify(reply)}`);
    return node;
  }

  /**
   * Cuts a node off from the sentinels but not from its clients, until `rejoin`: the sentinels' user is refused,
   * which needs a set-up with the option `user`, where nobody may come without one.
   */
  async isolate(node: RedisServer): Promise<void> {
    if (node.address.user === undefined) throw new Error("cannot isolate a node: start with the option user");
    await node.command("ACL", "SETUSER", watcher.name, "off");
    await node.command("CLIENT", "KILL", "USER", watcher.name);
  }

  async rejoin(node: RedisServer): Promise<void> {
    await node.command("ACL", "SETUSER", watcher.name, "on");
  }
}

/** Starts five servers and resolves when the replica has the primary's data and all sentinels know each other. */
export async function startRedisSentinel(options: RedisSentinelOptions = {}): Promise<RedisSentinel> {
  const folder = await createFolder();
  const certificate = await createCertificate(folder, options);
  const [primaryPort = 0, replicaPort = 0, ...sentinelPorts] = await freePorts(5);
  const at = (port: number) => ({ folder: join(folder, String(port)), port, certificate });
  const watched = options.user ? [`user ${watcher.name} on >${watcher.password} &* +@all`] : [];
  const primary = await createRedis(at(primaryPort), options, watched);
  const replica = await createRedis(at(replicaPort), options, [
    ...watched,
    `replicaof 127.0.0.1 ${primaryPort}`,
  ]);
  const peers = sentinelPorts.map((port) => ({ port, id: randomBytes(20).toString("hex") }));
  const sentinels = await Promise.all(
    peers.map((peer) =>
      createSentinel(at(peer.port), [
        ...sentinelConfig(primaryPort, replicaPort, options),
        `sentinel myid ${peer.id}`,
        ...peers
          .filter((other) => other !== peer)
          .map(({ port, id }) => `sentinel known-sentinel ${primaryName} 127.0.0.1 ${port} ${id}`),
      ]),
    ),
  );
  return await startOrClose(new RedisSentinel(folder, [primary, replica], sentinels));
}

/** Sentinels that are told of the replica need not find it: ready in a second instead of ten. */
function sentinelConfig(
  primaryPort: number,
  replicaPort: number,
  { user, silenceMs = 1_000 }: RedisSentinelOptions,
): string[] {
  return [
    `sentinel monitor ${primaryName} 127.0.0.1 ${primaryPort} 2`,
    `sentinel down-after-milliseconds ${primaryName} ${silenceMs}`,
    `sentinel failover-timeout ${primaryName} 5000`,
    `sentinel known-replica ${primaryName} 127.0.0.1 ${replicaPort}`,
    ...(user
      ? [
          `sentinel auth-user ${primaryName} ${watcher.name}`,
          `sentinel auth-pass ${primaryName} ${watcher.password}`,
        ]
      : []),
  ];
}

async function createSentinel(
  { folder, port, certificate }: { folder: string; port: number; certificate: Certificate | undefined },
  lines: readonly string[],
): Promise<RedisServer> {
  await mkdir(folder, { recursive: true });
  const network = networkConfig({ port, dataFolder: join(folder, "data"), certificate });
  await writeFile(join(folder, "redis.conf"), [...network, ...lines].join("\n"));
  return new Sentinel({
    name: "Redis Sentinel",
    binary: await redisBinary(),
    folder,
    args: ["--sentinel"],
    port,
    certificate,
  });
}

/** One is the primary, and the other has its data. What sentinels say of this may be old. */
async function haveRoles(nodes: readonly RedisServer[]): Promise<boolean> {
  const roles = await Promise.all(nodes.map((node) => node.command("ROLE")));
  const has = (role: string) => roles.some((reply) => Array.isArray(reply) && reply[0] === role);
  return has("master") && has("slave") && roles.flat().includes("connected");
}

/** Sees all four others, and takes none for dead. */
async function isWatching(sentinel: RedisServer): Promise<boolean> {
  const ask = (about: string) => sentinel.command("SENTINEL", about, primaryName);
  const primary = fields(await ask("master"));
  const replicas = rows(await ask("replicas"));
  const others = rows(await ask("sentinels"));
  return (
    primary.get("flags") === "master" &&
    replicas.length === 1 &&
    replicas.every((replica) => replica.get("flags") === "slave") &&
    others.length === 2 &&
    others.every((other) => other.get("flags") === "sentinel")
  );
}

/** A flat list of names and values as a map. */
function fields(reply: Reply): Map<Reply, Reply> {
  const flat = Array.isArray(reply) ? reply : [];
  return new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? null]] : [])));
}

function rows(reply: Reply): Map<Reply, Reply>[] {
  return Array.isArray(reply) ? reply.map(fields) : [];
}
