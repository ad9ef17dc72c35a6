import type { RedisServer } from "../../helpers/servers/redis.js";
import { type RedisCluster, startRedisCluster } from "../../helpers/servers/redis-cluster.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import type { BrokerPlan } from "../processes/plan.js";
import { redisConfig } from "./redis-world.js";
import type { World } from "./world.js";

/** A Redis Cluster of three primaries with a replica each. A run has one stream, so one primary is its own. */
export class RedisClusterWorld implements World {
  readonly kind = "redis";
  readonly server: RedisCluster;
  readonly proxies = [];
  #stream = "";

  constructor(server: RedisCluster) {
    this.server = server;
  }

  static async open(): Promise<RedisClusterWorld> {
    return new RedisClusterWorld(await startRedisCluster({ config: redisConfig }));
  }

  broker(run: string): BrokerPlan {
    this.#stream = `faults-${run}:faults.${run}`;
    return {
      kind: "redis",
      run,
      nodes: this.server.nodes.map(({ port }) => ({ host: "127.0.0.1", port })),
    };
  }

  async prepare(): Promise<void> {}

  /** The primary that holds the stream of the run now. */
  primary(): Promise<RedisServer> {
    return this.server.primaryOf(this.#stream);
  }

  /** Resolves once another node than this one holds the stream. */
  async replaced(primary: RedisServer): Promise<void> {
    await waitUntil("there is another primary", 30_000, async () => (await this.primary()) !== primary);
  }

  /** Moves the stream's slot to another primary while it is in use. */
  moveSlot(): Promise<void> {
    return this.server.moveSlot(this.#stream);
  }

  /** Starts what is down; resolves when every primary has a replica with its data. */
  async complete(): Promise<void> {
    const down = this.server.nodes.filter(({ pid }) => pid === undefined);
    await Promise.all(down.map((node) => node.start()));
    await this.server.settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}
