import { RedisBroker, type RedisBrokerOptions } from "@eventwright/runtime/redis";
import { type BrokerUnderTest, type Load, testBroker } from "@eventwright/runtime/testing";
import { test } from "vitest";
import { redisForFile } from "../../helpers/servers/shared.js";
import { breakableLink } from "../breakable-link.js";

/** What a broker only does when it is told to. */
const keeping = { retainMs: 60_000, dedupeWindowMs: 60_000 };

function create(url: string, asked: RedisBrokerOptions): BrokerUnderTest {
  const prefix = `suite-${crypto.randomUUID()}:`;
  return { make: (options) => new RedisBroker({ url, prefix, maxBytes: 100_000, ...asked, ...options }) };
}

/** Over a link that can be broken. */
async function createLinked(server: string): Promise<BrokerUnderTest> {
  const { url, ...breakable } = await breakableLink(server);
  const prefix = `suite-${crypto.randomUUID()}:`;
  return { make: () => new RedisBroker({ url, prefix, connectTimeoutMs: 1_000 }), ...breakable };
}

/** Holds the broker to the suite, on the server of the test file. */
export function testRedisBroker(load: Load): void {
  const redis = redisForFile();
  testBroker({
    name: "redis broker",
    test,
    load,
    patienceMs: load === "stress" ? 60_000 : 20_000,
    create: (needs) => {
      const { url } = redis();
      if (needs === "link") return createLinked(url);
      return create(url, needs === "replay" || needs === "publishDedup" ? keeping : {});
    },
    broker: new RedisBroker(keeping),
    hasLink: true,
  });
}
