import { type ChannelModel, connect } from "amqplib";
import { describe, expect, test } from "vitest";
import type { AmqpConnect } from "../../../runtime/src/broker/amqp/amqp-client.js";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, freshName, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

/** A server that says it is of another version. */
function connectTo(version: string): AmqpConnect {
  return async (url, options): Promise<ChannelModel> => {
    const client = await connect(url, options);
    Object.assign(client.connection.serverProperties, { version });
    return client;
  };
}

describe("amqp broker, priorities", () => {
  test("are refused before RabbitMQ 4, whose quorum queues know none", async () => {
    const { bus, broker } = makeNode(rabbitmq().url, { connect: connectTo("3.13.7") });
    await bus.start();
    expect(broker.features.priority).toBe("none");
    await expect(bus.publish(freshEvent(), { n: 1 }, { priority: 1 })).rejects.toMatchObject({
      code: "PUBLISH_UNSUPPORTED",
      outcome: "refused",
    });
  });

  test.for([[undefined], [64]] as const)(
    "travel as the property that RabbitMQ 4 goes by, with a delay of %s too",
    async ([delayMs]) => {
      const exchange = freshName("priorities");
      const { bus, broker } = makeNode(rabbitmq().url, { exchange, connect: connectTo("4.1.0") });
      const happened = freshEvent();
      const name = freshName("reader");
      await bus.listen(happened, () => {}, { name }).start();
      expect(broker.features.priority).toBe("durable");
      await bus.close();
      const publisher = makeNode(rabbitmq().url, { exchange, connect: connectTo("4.1.0") }).bus;
      await publisher.start();
      for (const priority of [9, 0, undefined]) {
        const options = {
          ...(priority === undefined ? {} : { priority }),
          ...(delayMs === undefined ? {} : { delayMs }),
        };
        await publisher.publish(happened, { n: 1 }, options);
      }
      const client = await connect(rabbitmq().url);
      const channel = await client.createChannel();
      const queue = `${happened.channel.address}.${happened.name}::${name}`;
      await waitUntil(
        "all are there",
        10_000,
        async () => (await channel.checkQueue(queue)).messageCount === 3,
      );
      const priorities: unknown[] = [];
      for (let n = 0; n < 3; n++) {
        const message = await channel.get(queue);
        if (message !== false) priorities.push(message.properties.priority);
      }
      expect(priorities).toEqual([9, 0, 0]);
      await client.close();
      const passing = freshEvent(freshChannel({ durable: false }));
      await expect(publisher.publish(passing, { n: 1 }, { priority: 1 })).rejects.toMatchObject({
        code: "PUBLISH_UNSUPPORTED",
        message: expect.stringContaining("make it durable"),
      });
    },
  );
});
