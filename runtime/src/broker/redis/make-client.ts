import { Redis } from "ioredis";
import { connectionSettings, type MakeClient } from "./redis-client.js";
import type { ResolvedRedisOptions } from "./redis-options.js";

/** How the connections of a broker are made. */
export function makeClientOf({
  client,
  url,
  connection,
  connectTimeoutMs,
}: ResolvedRedisOptions): MakeClient {
  const settings = { ...connectionSettings, connectTimeout: connectTimeoutMs };
  if (client !== undefined) return () => client.duplicate(settings);
  if (url === undefined) return () => new Redis({ ...connection, ...settings });
  return () => new Redis(url, { ...connection, ...settings });
}
