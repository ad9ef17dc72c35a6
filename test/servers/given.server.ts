import { afterEach, expect, test, vi } from "vitest";
import { rabbitmqForFile, redisForFile } from "../helpers/servers/shared.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["EVENTWRIGHT_TEST_REDIS_URL", redisForFile, "redis://127.0.0.1:1/3"],
  ["EVENTWRIGHT_TEST_AMQP_URL", rabbitmqForFile, "amqp://a:b@127.0.0.1:2/tests"],
] as const)(
  "%s: the server that it names is used as it is, and cannot be restarted",
  async (name, get, url) => {
    vi.stubEnv(name, url);
    expect(await get()).toEqual({ canRestart: false, url });
  },
);
