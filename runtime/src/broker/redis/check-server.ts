import { BrokerError } from "../../errors.js";
import type { RedisClient } from "./redis-client.js";
import { textOf } from "./stream-entry.js";

/** The first version that has all that the broker uses. */
const leastVersion = "6.2.0";

/** @throws BrokerError `BROKER_FAILED` for a server that cannot keep the broker's promises */
export async function checkServer(client: RedisClient, mode: "standalone" | "cluster"): Promise<void> {
  const info = new Map(
    textOf(await client.callBuffer("INFO"))
      .split(/\r?\n/)
      .map((line) => {
        const at = line.indexOf(":");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
  const version = info.get("redis_version") ?? leastVersion;
  if (version.localeCompare(leastVersion, "en", { numeric: true }) < 0) {
    throw unfit(`expected Redis ${leastVersion} or later, got ${version}`);
  }
  const isCluster = info.get("cluster_enabled")?.trim() === "1";
  if (isCluster !== (mode === "cluster")) {
    throw unfit(
      isCluster
        ? "it belongs to a cluster; set cluster.nodes in place of url"
        : "it belongs to no cluster; set url in place of cluster",
    );
  }
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  if (policy.startsWith("allkeys")) {
    throw unfit(
      `maxmemory-policy: expected noeviction (or a volatile policy), got ${policy}, by which the server may drop events that nobody has handled`,
    );
  }
}

function unfit(problem: string): BrokerError {
  return new BrokerError("BROKER_FAILED", `cannot use this Redis server: ${problem}`);
}
