import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { rabbitmqForFile, redisForFile } from "../helpers/servers/shared.js";

describe.each([
  ["EVENTWRIGHT_TEST_REDIS_URL", redisForFile, "redis://127.0.0.1:1/3"],
  ["EVENTWRIGHT_TEST_AMQP_URL", rabbitmqForFile, "amqp://a:b@127.0.0.1:2/tests"],
] as const)("%s", (name, serverForFile, url) => {
  beforeAll(() => {
    vi.stubEnv(name, url);
  });

  afterAll(() => {
    vi.unstubAllEnvs();
  });

  const server = serverForFile();

  test("the server that it names is used as it is, and cannot be restarted", () => {
    expect(server()).toEqual({ canRestart: false, url });
  });
});
