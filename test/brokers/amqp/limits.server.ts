import { connect } from "amqplib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { type Rabbitmq, startRabbitmq } from "../../helpers/servers/rabbitmq.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshEvent, makeNode } from "./world.js";

const startTimeoutMs = 120_000;
const maxMessageSize = 100_000;

describe("amqp broker, limits of the server", { timeout: startTimeoutMs }, () => {
  let server: Rabbitmq;
  let url: string;

  beforeAll(async () => {
    server = await startRabbitmq({ config: [`max_message_size = ${maxMessageSize}`] });
    url = server.control.url();
  }, startTimeoutMs);

  afterAll(() => server.close());

  const usual = { frame_max: 131_072, heartbeat: 60, channel_max: 2_047 };

  /** For connections made from now on, until the end of the test. */
  const limit = async (limits: Partial<typeof usual>): Promise<void> => {
    for (const [name, value] of Object.entries(limits)) {
      await server.control.evaluate(`application:set_env(rabbit, ${name}, ${value})`);
    }
  };
  afterEach(() => limit(usual));

  test("does not start where frames are too small for the headers of an event", async () => {
    await limit({ frame_max: 8_192 });
    const { bus } = makeNode(url);
    await expect(bus.start()).rejects.toThrow(
      "cannot use this AMQP server: expected a frame_max of at least 65544 bytes, got 8192",
    );
    await limit({ frame_max: 65_544 });
    await bus.start();
  });

  test("does not start on a RabbitMQ without what durable channels need", async () => {
    const { bus } = makeNode(url, {
      connect: async (address, options) => {
        const client = await connect(address, options);
        Object.assign(client.connection.serverProperties, { version: "3.9.29" });
        return client;
      },
    });
    await expect(bus.start()).rejects.toThrow(
      "cannot use this AMQP server: expected RabbitMQ 3.10 or later, got 3.9.29",
    );
  });

  test("says which listener has no channel left", async () => {
    await limit({ channel_max: 4 });
    const { bus } = makeNode(url);
    for (let n = 0; n < 6; n++) bus.listen(freshEvent(), () => {}, { name: `listener-${n}` });
    await expect(bus.start()).rejects.toThrow(/^listener-\d cannot consume: No channels left to allocate/);
  });

  test("watches its links although the server asks for no heartbeat", async () => {
    await limit({ heartbeat: 0 });
    await using proxy = await FaultProxy.start(server.control.endpoint.port);
    const { bus } = makeNode(proxy.through(url), { heartbeatSeconds: 1 });
    await bus.start();
    proxy.hold();
    await waitUntil("the loss is noticed", 30_000, () => !bus.health().healthy);
    await proxy.heal();
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
  });

  test("fails a publish that is too large for the server, with the server's words, and the next goes through", async () => {
    const { bus, reports } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "small" });
    await bus.start();
    const large = { n: 1, text: "x".repeat(maxMessageSize) };
    await expect(bus.publish(happened, large)).rejects.toMatchObject({
      code: "PUBLISH_FAILED",
      outcome: "unknown",
    });
    expect(reports.join("\n")).toMatch(/message size .* is larger than configured max size 100000/);
    await bus.publish(happened, { n: 2 });
    await waitUntil("the next is handled", 30_000, () => handled.length > 0);
    expect(handled).toEqual([2]);
  });
});
