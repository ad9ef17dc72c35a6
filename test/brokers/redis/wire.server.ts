import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { CloudEvent, HTTP } from "cloudevents";
import { describe, expect, test } from "vitest";
import { redisForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { rawRedis } from "./raw-redis.js";
import { freshChannel, freshCommand, freshEvent, makeNode, numbers, streamOf } from "./world.js";

const redis = redisForFile();
const raw = rawRedis(redis);

describe("redis broker, on the wire", () => {
  test("an entry holds one field, which is a CloudEvent that the official library reads", async () => {
    const happened = freshEvent();
    const { bus } = makeNode({ url: redis().url });
    bus.listen(happened, () => {}, { name: "reader", concurrency: 1 });
    await bus.start();
    const { id, time } = await bus.publish(happened, { n: 7 }, { headers: { tenant: "acmé" } });
    const entries = await raw("XRANGE", streamOf(happened), "-", "+");
    const [[, fields]] = entries as [[string, string[]]];
    expect(fields.length).toBe(2);
    expect(fields[0]).toBe("event");
    const parsed = HTTP.toEvent({
      headers: { "content-type": "application/cloudevents+json" },
      body: fields[1] ?? "",
    });
    expect(parsed).toMatchObject({
      id,
      type: happened.type,
      source: "test/redis",
      tenant: "acmé",
      data: { n: 7 },
    });
    expect(new Date(String((parsed as CloudEvent).time)).toISOString()).toBe(time);
  });

  test.each([true, false])("takes what the official library has written; durable: %s", async (durable) => {
    const happened = freshEvent(freshChannel({ durable }));
    const { bus } = makeNode({ url: redis().url });
    const got: unknown[] = [];
    bus.listen(happened, ({ n }, { envelope: { id, headers } }) => void got.push([n, id, headers.tenant]), {
      name: "foreign",
      scope: durable ? "group" : "broadcast",
    });
    await bus.start();
    const event = new CloudEvent({
      type: happened.type,
      source: "elsewhere",
      data: { n: 1 },
      tenant: "acme",
    });
    const document = JSON.stringify(event);
    if (durable) await raw("XADD", streamOf(happened), "*", "event", document);
    else await raw("PUBLISH", streamOf(happened), document);
    await waitUntil("it is handled", 5_000, () => got.length > 0);
    expect(got).toEqual([[1, event.id, "acme"]]);
  });

  test.each([true, false])("carries events of all sizes in their order; durable: %s", async (durable) => {
    const channel = freshChannel({ durable });
    const sized = defineEvent<{ readonly n: number; readonly text: string }>({
      name: "Sized",
      channel,
      type: "test.Sized.v1",
      version: 1,
      payload: () => undefined,
    });
    const { bus } = makeNode({ url: redis().url, prefix: "größe:" });
    const got: unknown[] = [];
    bus.listen(sized, ({ n, text }) => void got.push([n, text.length]), {
      name: "sizes",
      concurrency: 1,
      scope: durable ? "group" : "broadcast",
    });
    await bus.start();
    const lengths = numbers(200).map((n) => (n % 7 === 0 ? 9_000 : n % 31 === 0 ? 200_000 : n));
    const publishes = lengths.map((length, n) => bus.publish(sized, { n, text: "ü".repeat(length) }));
    await Promise.all(publishes);
    await waitUntil("all are handled", 10_000, () => got.length === lengths.length);
    expect(got).toEqual(lengths.map((length, n) => [n, length]));
  });

  test("what is no event becomes a dead letter with its bytes, and consumption goes on", async () => {
    const happened = freshEvent();
    const { bus } = makeNode({ url: redis().url });
    const got: number[] = [];
    bus.listen(happened, ({ n }) => void got.push(n), { name: "careful" });
    await bus.start();
    for (const rubbish of ["", "{", "[]", '{"specversion":"1.0"}'])
      await raw("XADD", streamOf(happened), "*", "event", rubbish);
    await raw("XADD", streamOf(happened), "*", "other", "field");
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 5_000, () => got.length > 0);
    await waitUntil(
      "all letters are there",
      5_000,
      async () => (await bus.deadLetters.list("careful")).length >= 5,
    );
    const letters = await bus.deadLetters.list("careful");
    expect(letters.map(({ message }) => new TextDecoder().decode(message.body))).toEqual([
      ...["", "{", "[]", '{"specversion":"1.0"}', ""],
    ]);
    expect(new Set(letters.map(({ error }) => error?.code))).toEqual(new Set(["PAYLOAD_MALFORMED"]));
    expect(got).toEqual([1]);
  });

  test("rubbish on a Pub/Sub channel costs one report", async () => {
    const happened = freshEvent(freshChannel({ durable: false }));
    const { bus, reports } = makeNode({ url: redis().url });
    const got: number[] = [];
    bus.listen(happened, ({ n }) => void got.push(n), { scope: "broadcast" });
    await bus.start();
    await raw("PUBLISH", streamOf(happened), "rubbish");
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 5_000, () => got.length > 0);
    expect(reports).toEqual([`got something on ${streamOf(happened)} that is no CloudEvent`]);
  });

  test("one stream holds all addresses of a channel, and patterns choose among them", async () => {
    const name = `regions-${crypto.randomUUID().slice(0, 8)}`;
    const channel = defineChannel<{ region: string }>({
      name,
      address: `${name}.{region}`,
      durable: true,
      parameters: { region: () => undefined },
    });
    const happened = defineEvent({
      name: "Moved",
      channel,
      type: `${name}.Moved.v1`,
      version: 1,
      payload: () => undefined,
    });
    const { bus } = makeNode({ url: redis().url });
    const got: string[] = [];
    const listen = (listener: string, options: object): unknown =>
      bus.listen(happened, (_, { parameters }) => void got.push(`${listener} ${parameters.region}`), {
        name: listener,
        ...options,
      });
    listen("all", {});
    listen("eu", { parameters: { region: "eu" } });
    await bus.start();
    for (const region of ["eu", "us"]) await bus.publish(happened, null, { region });
    await waitUntil("all are handled", 5_000, () => got.length >= 3);
    expect(got.toSorted()).toEqual(["all eu", "all us", "eu eu"]);
    expect(await raw("XLEN", `eventwright:${name}.*`)).toBe(2);
  });

  test("a request without a handler is refused at once, also when its last handler has gone", async () => {
    const [command, caller, handler] = [
      freshCommand(),
      makeNode({ url: redis().url }),
      makeNode({ url: redis().url }),
    ];
    await caller.bus.start();
    await expect(caller.bus.send(command, { n: 1 })).rejects.toMatchObject({ code: "REQUEST_NO_HANDLER" });
    handler.bus.listen({ contract: command, handle: ({ n }) => n + 1 });
    await handler.bus.start();
    expect(await caller.bus.send(command, { n: 1 })).toBe(2);
    await handler.bus.close();
    await expect(caller.bus.send(command, { n: 1 })).rejects.toMatchObject({ code: "REQUEST_NO_HANDLER" });
    expect(await raw("KEYS", `*${command.channel.address}*`)).toEqual([]);
  });

  test("carries payloads and headers that look like the frame of a document", async () => {
    const happened = defineEvent<unknown>({
      name: "Tricky",
      channel: freshChannel(),
      type: `test.Tricky${numbers(1).length}.v1`,
      version: 1,
      payload: () => undefined,
    });
    const { bus } = makeNode({ url: redis().url });
    const got: unknown[] = [];
    bus.listen(happened, (payload, { envelope }) => void got.push([payload, envelope.headers.trick]), {
      name: "tricky",
    });
    await bus.start();
    const payloads = [',\t"data":', { data: { data: 1 }, ",\t": 2 }, '"}', "}", null, []];
    const trick = ',"data":{}\\';
    for (const payload of payloads) await bus.publish(happened, payload, { headers: { trick } });
    await waitUntil("all are handled", 5_000, () => got.length === payloads.length);
    expect(got).toEqual(payloads.map((payload) => [payload, trick]));
  });
});
