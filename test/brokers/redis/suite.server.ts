import { RedisBroker } from "@eventwright/runtime/redis";
import { testBroker } from "@eventwright/runtime/testing";
import { test } from "vitest";
import { redisForFile } from "../../helpers/servers/shared.js";

const redis = redisForFile();

testBroker({
  name: "redis broker",
  test,
  create: () => {
    const prefix = `suite-${crypto.randomUUID()}:`;
    return {
      make: (options) => new RedisBroker({ url: redis().url, prefix, maxBytes: 100_000, ...options }),
    };
  },
  broker: new RedisBroker(),
});
