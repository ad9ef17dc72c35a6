import { connect } from "amqplib";
import { describe, expect, test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { breakableLink } from "../breakable-link.js";
import { freshChannel, freshCommand, freshEvent, freshName, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

describe("amqp broker, delayed events", () => {
  test("come as they were published, to each listener, by as many queues as the delay has digits", async () => {
    const exchange = freshName("delays");
    const { bus } = makeNode(rabbitmq().url, { exchange });
    const happened = freshEvent();
    const got: unknown[] = [];
    for (const name of ["first", "second"]) {
      bus.listen(happened, ({ n }, { attempt, envelope }) => void got.push([name, n, attempt, envelope]), {
        name,
      });
    }
    await bus.start();
    const headers = { tenant: "ü 🐎" };
    const { payload: _payload, ...envelope } = await bus.publish(
      happened,
      { n: 1 },
      { headers, delayMs: 513 },
    );
    await waitUntil("both have it", 10_000, () => got.length === 2);
    expect(got).toHaveLength(2);
    for (const name of ["first", "second"])
      expect(got).toContainEqual([name, 1, 1, expect.objectContaining(envelope)]);
    const operator = await connect(rabbitmq().url);
    const channel = await operator.createChannel();
    for (const waitMs of [64, 512])
      expect(await channel.checkQueue(`${exchange}.delay-${waitMs}`)).toMatchObject({ messageCount: 0 });
    await operator.close();
  });

  test("that no listener takes when their time has come are kept aside", async () => {
    const exchange = freshName("delays");
    const { bus } = makeNode(rabbitmq().url, { exchange });
    await bus.start();
    const happened = freshEvent();
    const operator = await connect(rabbitmq().url);
    const unclaimed = `${exchange}.unclaimed`;
    const held = async (): Promise<number> => {
      const channel = await operator.createChannel();
      channel.on("error", () => {}); // what is not there ends the channel
      const { messageCount } = await channel.checkQueue(unclaimed);
      await channel.close();
      return messageCount;
    };
    await bus.publish(happened, { n: 0 }, { delayMs: 3_600_000 });
    // What comes before it is there is kept by the server, which tries again minutes later.
    await waitUntil("there is a place for it", 30_000, async () => (await held()) === 0);
    const { id } = await bus.publish(happened, { n: 1 }, { delayMs: 10 });
    await waitUntil("it is kept", 10_000, async () => (await held()) === 1);
    const channel = await operator.createChannel();
    const kept = await channel.get(unclaimed);
    expect(kept).toMatchObject({ properties: { messageId: id, type: happened.type } });
    await operator.close();
  });

  test("carry commands that are posted", async () => {
    const { bus } = makeNode(rabbitmq().url);
    const double = freshCommand();
    const handled: number[] = [];
    bus.listen({
      contract: double,
      handle: ({ n }: { readonly n: number }) => {
        handled.push(n);
        return n;
      },
    });
    await bus.start();
    await bus.post(double, { n: 4 }, { delayMs: 10 });
    await waitUntil("it is handled", 10_000, () => handled.length === 1);
    expect(handled).toEqual([4]);
  });

  test("that are published while the connection breaks, or is away, are taken when it is back", async () => {
    const { url, link, close } = await breakableLink(rabbitmq().url);
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "patient" });
    await bus.start();
    await bus.publish(happened, { n: 0 }, { delayMs: 64 });
    link.hold();
    // It waits for a queue that has to be made.
    const first = bus.publish(happened, { n: 1 }, { delayMs: 128 });
    link.cut();
    await waitUntil("the loss is noticed", 10_000, () => !bus.health().healthy);
    const second = bus.publish(happened, { n: 2 }, { delayMs: 192 });
    await link.heal();
    await Promise.all([first, second]);
    await waitUntil("all are handled", 20_000, () => handled.length === 3);
    expect(handled.toSorted()).toEqual([0, 1, 2]);
    await bus.close();
    await close();
  });

  test("are refused when the server has another queue in the place of theirs, with both in the message", async () => {
    const exchange = freshName("delays");
    const operator = await connect(rabbitmq().url);
    const channel = await operator.createChannel();
    await channel.assertQueue(`${exchange}.delay-64`, { arguments: { "x-message-ttl": 65 } });
    const { bus } = makeNode(rabbitmq().url, { exchange });
    await bus.start();
    await expect(bus.publish(freshEvent(), { n: 1 }, { delayMs: 1 })).rejects.toMatchObject({
      code: "PUBLISH_FAILED",
      outcome: "refused",
      message: expect.stringMatching(/PRECONDITION_FAILED.*received .*but current is/),
    });
    await channel.deleteQueue(`${exchange}.delay-64`);
    await bus.publish(freshEvent(freshChannel({ durable: false })), { n: 1 }, { delayMs: 1 });
    await operator.close();
  });

  test("are refused when they are to wait for longer than the server can keep them", async () => {
    const { bus } = makeNode(rabbitmq().url);
    await bus.start();
    const days = 86_400_000;
    await expect(bus.publish(freshEvent(), { n: 1 }, { delayMs: 50 * days })).rejects.toMatchObject({
      code: "PUBLISH_UNSUPPORTED",
      outcome: "refused",
      message: expect.stringContaining("got 4320000000"),
    });
  });
});
