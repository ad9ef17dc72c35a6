import { Redis } from "ioredis";
import { BrokerError } from "../../errors.js";
import { connectionSettings } from "./redis-client.js";
import { RedisCluster } from "./redis-cluster.js";
import type { ReadyCluster, ResolvedRedisOptions } from "./redis-options.js";
import type { MakeClient, RedisServers, ServerAddress, ServersHooks } from "./redis-servers.js";
import { SingleServer } from "./single-server.js";

type Settings = typeof connectionSettings & { readonly connectTimeout: number };

/** The servers that a broker's options name; nothing is connected yet. */
export function connectServers(options: ResolvedRedisOptions, hooks: ServersHooks): RedisServers {
  const { client, cluster, connection } = options;
  const settings = { ...connectionSettings, connectTimeout: options.connectTimeoutMs };
  if (cluster !== undefined) {
    const make: MakeClient = (server) => new Redis({ ...connection, ...settings, ...server });
    return new RedisCluster(make, options, cluster.nodes, hooks);
  }
  if (client !== undefined && "nodes" in client) return readyCluster(client, options, settings, hooks);
  if (client !== undefined) return new SingleServer(() => client.duplicate(settings), options, hooks);
  return new SingleServer(() => makeClient(options, settings), options, hooks);
}

function makeClient({ url, connection }: ResolvedRedisOptions, settings: Settings): Redis {
  return url === undefined
    ? new Redis({ ...connection, ...settings })
    : new Redis(url, { ...connection, ...settings });
}

function readyCluster(
  cluster: ReadyCluster,
  options: ResolvedRedisOptions,
  settings: Settings,
  hooks: ServersHooks,
): RedisServers {
  const nodes = cluster.nodes();
  const [node] = nodes;
  if (node === undefined) {
    throw new BrokerError("BROKER_FAILED", "cannot use the cluster client: expected one that is connected");
  }
  const seeds = nodes.map(
    ({ options: { host = "localhost", port = 6379 } }): ServerAddress => ({ host, port }),
  );
  return new RedisCluster((server) => node.duplicate({ ...settings, ...server }), options, seeds, hooks);
}
