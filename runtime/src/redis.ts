export { RedisBroker } from "./broker/redis/redis-broker.js";
export type { RedisClient } from "./broker/redis/redis-client.js";
export type { ReadyClient, RedisBrokerOptions } from "./broker/redis/redis-options.js";
