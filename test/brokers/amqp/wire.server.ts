import type { Envelope } from "@eventwright/runtime";
import { defineEvent } from "@eventwright/runtime/contract";
import { type Channel, type ChannelModel, type ConsumeMessage, connect } from "amqplib";
import { CloudEvent, HTTP } from "cloudevents";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, freshName, type Item, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

describe("amqp broker, on the wire", () => {
  const exchange = freshName("wire");
  let client: ChannelModel;
  let channel: Channel;

  beforeAll(async () => {
    client = await connect(rabbitmq().url);
    channel = await client.createChannel();
    await channel.assertExchange(exchange, "topic", { durable: true });
  });

  afterAll(() => client.close());

  /** What another client gets that binds a queue to all of an address. */
  async function listenTo(address: string): Promise<ConsumeMessage[]> {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, exchange, `${address}.#`);
    const got: ConsumeMessage[] = [];
    await channel.consume(queue, (message) => void (message && got.push(message)), { noAck: true });
    return got;
  }

  test("events of all sizes arrive in their order, however many bytes their letters have", async () => {
    const sized = defineEvent<{ readonly n: number; readonly text: string }>({
      name: "Sized",
      channel: freshChannel(),
      type: `test.${freshName("Sized")}.v1`,
      version: 1,
      payload: () => undefined,
    });
    const { bus } = makeNode(rabbitmq().url, { exchange });
    const got: unknown[] = [];
    const letters = ["a", "ü", "€"];
    bus.listen(sized, ({ n, text }) => void got.push([n, text.length, text[0]]), {
      name: "sizes",
      concurrency: 1,
    });
    await bus.start();
    const lengths = [1, 100, 9_000, 40_000, 43_000, 44_000, 70_000, 131_056, 200_000];
    const sent = lengths.flatMap((length) => letters.map((letter) => [length, letter] as const));
    await Promise.all(
      sent.map(([length, letter], n) => bus.publish(sized, { n, text: letter.repeat(length) })),
    );
    await waitUntil("all are handled", 30_000, () => got.length === sent.length);
    expect(got).toEqual(sent.map(([length, letter], n) => [n, length, letter]));
  });

  test("another client sees an event in the binary mode of the CloudEvents binding", async () => {
    const { bus } = makeNode(rabbitmq().url, { exchange });
    const contract = freshEvent(freshChannel({ address: `shop.${freshName("orders")}.eu` }));
    const { address } = contract.channel;
    const got = await listenTo(address);
    await bus.start();
    const time = new Date("2026-01-02T03:04:05.678Z");
    const headers = { tenant: "Zoë 🐎", empty: "" };
    const { id } = await bus.publish(contract, { n: 1 }, { headers, time });
    await waitUntil("it arrives", 30_000, () => got.length === 1);
    const [message] = got;
    expect(message?.fields).toMatchObject({ exchange, routingKey: `${address}.test:${contract.name}:v1` });
    expect(message?.properties).toMatchObject({
      contentType: "application/json",
      messageId: id,
      type: contract.type,
      timestamp: Math.floor(time.getTime() / 1_000),
      deliveryMode: 2,
      headers: {
        "cloudEvents:specversion": "1.0",
        "cloudEvents:id": id,
        "cloudEvents:source": "test/amqp",
        "cloudEvents:type": contract.type,
        "cloudEvents:time": "2026-01-02T03:04:05.678Z",
        "cloudEvents:tenant": "Zoë 🐎",
        "cloudEvents:empty": "",
      },
    });
    expect(message?.content.toString()).toBe('{"n":1}');
  });

  test("the official CloudEvents library takes what another client sees", async () => {
    const { bus } = makeNode(rabbitmq().url, { exchange });
    const contract = freshEvent();
    const got = await listenTo(contract.channel.address);
    await bus.start();
    const { id } = await bus.publish(contract, { n: 2 }, { headers: { tenant: "eu" } });
    await waitUntil("it arrives", 30_000, () => got.length === 1);
    const { properties, content } = got[0] ?? {};
    const attributes = Object.entries(properties?.headers ?? {}).map(([name, value]) => [
      name.replace("cloudEvents:", ""),
      value,
    ]);
    const event = new CloudEvent({
      ...Object.fromEntries(attributes),
      datacontenttype: properties?.contentType,
      data: JSON.parse(String(content)),
    });
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({
      id,
      type: contract.type,
      source: "test/amqp",
      tenant: "eu",
      data: { n: 2 },
    });
  });

  describe("events of other producers", () => {
    const contract = freshEvent();
    const got: { readonly payload: Item; readonly envelope: Envelope }[] = [];
    const routingKey = `${contract.channel.address}.test:${contract.name}:v1`;
    const event = new CloudEvent({
      id: "1",
      source: "/others",
      type: contract.type,
      time: "2026-01-02T03:04:05.000Z",
      data: { n: 3 },
      tenant: "us",
    });

    beforeEach(async () => {
      const { bus } = makeNode(rabbitmq().url, { exchange });
      bus.listen(contract, (payload, { envelope }) => void got.push({ payload, envelope }), {
        name: "foreign",
      });
      await bus.start();
    });

    test.for([
      ["cloudEvents:", "2026-01-02T03:04:05.000Z"],
      ["cloudEvents_", "2026-01-02T03:04:05.000Z"],
      ["cloudEvents:", { "!": "timestamp", value: 1_767_323_045 }],
    ] as const)("arrive in binary mode, with %s and a time as %j", async ([prefix, time]) => {
      got.length = 0;
      const { headers, body } = HTTP.binary(event);
      const attributes = Object.entries(headers)
        .filter(([name]) => name.startsWith("ce-"))
        .map(([name, value]) => [`${prefix}${name.slice("ce-".length)}`, value]);
      channel.publish(exchange, routingKey, Buffer.from(String(body)), {
        contentType: "application/json; charset=utf-8",
        headers: { ...Object.fromEntries(attributes), [`${prefix}time`]: time },
      });
      await waitUntil("it is handled", 30_000, () => got.length === 1);
      expect(got[0]?.payload).toEqual({ n: 3 });
      expect(got[0]?.envelope).toMatchObject({
        id: "1",
        source: "/others",
        type: contract.type,
        time: "2026-01-02T03:04:05.000Z",
        datacontenttype: "application/json; charset=utf-8",
        headers: { tenant: "us" },
      });
    });

    test("arrive in structured mode", async () => {
      got.length = 0;
      const { headers, body } = HTTP.structured(event);
      channel.publish(exchange, routingKey, Buffer.from(String(body)), {
        contentType: String(headers["content-type"]),
      });
      await waitUntil("it is handled", 30_000, () => got.length === 1);
      expect(got[0]).toMatchObject({ payload: { n: 3 }, envelope: { id: "1", headers: { tenant: "us" } } });
    });
  });

  test("rubbish of other producers ends in the dead letters, whole, and the next event is handled", async () => {
    const { bus } = makeNode(rabbitmq().url, { exchange });
    const contract = freshEvent();
    const handled: number[] = [];
    bus.listen(contract, ({ n }) => void handled.push(n), { name: "strict" });
    await bus.start();
    const routingKey = `${contract.channel.address}.test:${contract.name}:v1`;
    const headers = {
      "cloudEvents:type": contract.type,
      "cloudEvents:id": "a",
      nested: { list: [1, "b", null] },
    };
    const { queue: elsewhere } = await channel.assertQueue("", { exclusive: true });
    const asks = { CC: [elsewhere], "eventwright-address": "elsewhere", "eventwright-first-failed": 1e300 };
    const sent = { headers: { ...headers, ...asks }, appId: "other", userId: "guest" };
    channel.publish(exchange, routingKey, Buffer.from([0xff, 0x00]), sent);
    channel.publish(exchange, routingKey, Buffer.from("{"), { contentType: "application/cloudevents+json" });
    channel.publish(exchange, routingKey, Buffer.from("{}"), {});
    await bus.publish(contract, { n: 1 });
    await waitUntil("the next is handled", 30_000, () => handled.length === 1);
    await waitUntil("all letters are there", 30_000, async () => {
      return (await bus.deadLetters.list("strict")).length === 3;
    });
    expect((await channel.checkQueue(elsewhere)).messageCount).toBe(0);
    const letters = await bus.deadLetters.list("strict");
    expect(new Set(letters.map(({ message }) => message.address))).toEqual(
      new Set([contract.channel.address]),
    );
    expect(letters.map(({ reason }) => reason).sort()).toEqual(["invalid", "invalid", "invalid"]);
    const dead = await channel.get(`${contract.channel.address}.${contract.name}::strict.dead`);
    if (dead === false) throw new Error("expected a dead letter");
    channel.nack(dead);
    expect([...dead.content]).toEqual([0xff, 0x00]);
    expect(dead.properties).toMatchObject({ appId: "other", headers });
  });

  test("events that differ in every part arrive as they were sent", async () => {
    const { bus } = makeNode(rabbitmq().url, { exchange });
    const contract = freshEvent();
    const got = new Map<string, Envelope>();
    bus.listen(contract, (_, { envelope }) => void got.set(envelope.id, envelope), { name: "varied" });
    await bus.start();
    const texts = ["", "a", "é".repeat(100), "🐎".repeat(2_000), "x".repeat(30_000)];
    const sent = await Promise.all(
      texts.flatMap((text) =>
        [0, 50, 30_000, 200_000].map((size) =>
          bus.publish(contract, { n: size, text: "ü".repeat(size) } as Item, {
            id: `${text.slice(0, 300)}-${size}`,
            headers: { text },
          }),
        ),
      ),
    );
    await waitUntil("all have arrived", 30_000, () => got.size === sent.length);
    for (const { id, headers, payload } of sent) {
      expect(got.get(id)).toMatchObject({ id, headers: { ...headers }, payload });
    }
    const tooLong = bus.publish(contract, { n: 1 }, { headers: { text: "x".repeat(60_000) } });
    await expect(tooLong).rejects.toMatchObject({ code: "PUBLISH_TOO_LARGE", outcome: "refused" });
    await bus.publish(contract, { n: 2 });
    await waitUntil("the next has arrived", 30_000, () => got.size === sent.length + 1);
  });
});
