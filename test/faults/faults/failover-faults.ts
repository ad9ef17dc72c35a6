import { RedisClusterWorld } from "../worlds/redis-cluster-world.js";
import { RedisSentinelWorld } from "../worlds/redis-sentinel-world.js";
import { type FaultKinds, only, within } from "./fault-kind.js";

/** What makes another Redis the primary; over when the old one is back as its replica. */
export const failoverFaults = {
  "primary killed": {
    forgets: "latest",
    strike: within(RedisSentinelWorld, async ({ world }) => {
      const primary = await world.server.primary();
      await primary.kill();
      return async () => {
        await world.replaced(primary);
        await world.complete();
      };
    }),
  },
  "primary paused": {
    forgets: "latest",
    strike: within(RedisSentinelWorld, async ({ world }) => {
      const primary = await world.server.primary();
      primary.pause();
      return async () => {
        await world.replaced(primary);
        primary.resume();
        await world.complete();
      };
    }),
  },
  /** The sentinels do not see it any more; its clients do, and go on writing to it. */
  "primary cut off from the sentinels": {
    forgets: "latest",
    strike: within(RedisSentinelWorld, async ({ world }) => {
      const primary = await world.server.primary();
      await world.server.isolate(primary);
      return async () => {
        await world.replaced(primary);
        await world.server.rejoin(primary);
        await world.complete();
      };
    }),
  },
  "primary of the stream killed": {
    forgets: "latest",
    strike: within(RedisClusterWorld, async ({ world }) => {
      const primary = await world.primary();
      await primary.kill();
      return async () => {
        await world.replaced(primary);
        await world.complete();
      };
    }),
  },
  "primary of the stream paused": {
    forgets: "latest",
    strike: within(RedisClusterWorld, async ({ world }) => {
      const primary = await world.primary();
      primary.pause();
      return async () => {
        await world.replaced(primary);
        primary.resume();
        await world.complete();
      };
    }),
  },
  "slot moved": {
    strike: within(
      RedisClusterWorld,
      only(({ world }) => world.moveSlot()),
    ),
  },
} satisfies FaultKinds;
