import type { RedisServer } from "../../helpers/servers/redis.js";
import { type RedisSentinel, startRedisSentinel } from "../../helpers/servers/redis-sentinel.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import type { BrokerPlan } from "../processes/plan.js";
import { redisConfig } from "./redis-world.js";
import { shop, type World } from "./world.js";

/** A Redis primary and its replica, watched by three sentinels, who tell clients where the primary is. */
export class RedisSentinelWorld implements World {
  readonly kind = "redis";
  readonly server: RedisSentinel;
  readonly proxies = [];

  constructor(server: RedisSentinel) {
    this.server = server;
  }

  static async open(): Promise<RedisSentinelWorld> {
    return new RedisSentinelWorld(await startRedisSentinel({ user: shop, config: redisConfig }));
  }

  broker(run: string): BrokerPlan {
    const { sentinels, primaryName: name } = this.server;
    const addresses = sentinels.map(({ port }) => ({ host: "127.0.0.1", port }));
    return { kind: "redis", run, sentinels: { addresses, name, user: shop } };
  }

  async prepare(): Promise<void> {}

  /** Resolves once the sentinels name another primary than this one. */
  async replaced(primary: RedisServer): Promise<void> {
    await waitUntil(
      "there is another primary",
      30_000,
      async () => (await this.server.primary()) !== primary,
    );
  }

  /** Starts what is down; resolves when the replica has all that the primary has. */
  async complete(): Promise<void> {
    const down = this.server.nodes.filter(({ pid }) => pid === undefined);
    await Promise.all(down.map((node) => node.start()));
    await this.server.settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}
