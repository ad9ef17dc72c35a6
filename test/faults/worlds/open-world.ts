import type { BrokerKind } from "../processes/plan.js";
import { AmqpClusterWorld } from "./amqp-cluster-world.js";
import { AmqpWorld } from "./amqp-world.js";
import { RedisClusterWorld } from "./redis-cluster-world.js";
import { RedisSentinelWorld } from "./redis-sentinel-world.js";
import { RedisWorld } from "./redis-world.js";
import type { Setup, World } from "./world.js";

/** Starts the servers of a setup, empty. */
export function openWorld(kind: BrokerKind, setup: Setup = "one"): Promise<World> {
  switch (setup) {
    case "one":
    case "secure":
      return kind === "redis" ? RedisWorld.open(setup) : AmqpWorld.open(setup);
    case "cluster":
      return kind === "redis" ? RedisClusterWorld.open() : AmqpClusterWorld.open();
    case "sentinel":
      return RedisSentinelWorld.open();
  }
}
