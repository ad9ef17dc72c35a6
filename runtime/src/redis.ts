export { RedisBroker } from "./broker/redis/redis-broker.js";
export type { RedisClient } from "./broker/redis/redis-client.js";
export type {
  ClusterOptions,
  ReadyClient,
  ReadyCluster,
  RedisBrokerOptions,
} from "./broker/redis/redis-options.js";
export type { ServerAddress } from "./broker/redis/redis-servers.js";
