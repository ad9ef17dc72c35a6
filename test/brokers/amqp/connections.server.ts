import { AmqpBroker } from "@eventwright/runtime/amqp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshEvent, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

describe("amqp broker, connections", () => {
  let proxy: FaultProxy;
  let url: string;

  beforeAll(async () => {
    const direct = new URL(rabbitmq().url);
    proxy = await FaultProxy.start(Number(direct.port));
    url = proxy.through(direct.href);
  });

  afterAll(() => proxy.close());

  test("goes on after cuts, with nothing lost that was accepted and a bounded number twice", async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled = new Map<number, number>();
    bus.listen(happened, ({ n }) => void handled.set(n, (handled.get(n) ?? 0) + 1), { name: "steady" });
    await bus.start();
    const accepted: number[] = [];
    const unknown: number[] = [];
    const publish = async (n: number): Promise<void> => {
      try {
        await bus.publish(happened, { n });
        accepted.push(n);
      } catch (error) {
        expect(error).toMatchObject({ outcome: "unknown" });
        unknown.push(n);
      }
    };
    for (let round = 0; round < 5; round++) {
      const publishes = Array.from({ length: 200 }, (_, index) => publish(round * 200 + index));
      await Promise.race(publishes);
      if (round % 2 === 0) proxy.cut();
      else proxy.reset();
      await Promise.all(publishes);
    }
    expect(accepted.length + unknown.length).toBe(1_000);
    await waitUntil("all accepted events are handled", 30_000, () => accepted.every((n) => handled.has(n)));
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
  });

  test("keeps publishes of an outage in their order, and refuses those whose deadline passes in it", async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "patient" });
    await bus.start();
    proxy.refuse();
    proxy.cut();
    await waitUntil("the loss is noticed", 30_000, () => !bus.health().healthy);
    const late = bus.publish(happened, { n: -1 }, { timeoutMs: 50 });
    const waiting = Array.from({ length: 300 }, (_, n) => bus.publish(happened, { n }));
    await expect(late).rejects.toMatchObject({ code: "PUBLISH_TIMEOUT", outcome: "refused" });
    await proxy.heal();
    await Promise.all(waiting);
    await waitUntil("all have arrived", 30_000, () => handled.length >= 300);
    expect(handled).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  test("notices a half-open link by its heartbeat, and makes another", { timeout: 60_000 }, async () => {
    const { bus } = makeNode(url, { heartbeatSeconds: 1 });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "held" });
    await bus.start();
    proxy.hold();
    await waitUntil("the loss is noticed", 30_000, () => !bus.health().healthy);
    await proxy.heal();
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 30_000, () => handled.includes(1));
  });

  test("connects again wherever in connecting a link is cut", { timeout: 60_000 }, async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "stubborn" });
    await bus.start();
    const before = proxy.counts.toClient;
    proxy.cut();
    await waitUntil("the loss is noticed", 30_000, () => !bus.health().healthy);
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
    const whole = proxy.counts.toClient - before;
    for (let part = 1; part < 16; part++) {
      const cut = proxy.cutAfter(Math.floor((whole * part) / 16), "toClient");
      proxy.cut();
      await cut;
      await waitUntil(`the bus is well after part ${part}`, 30_000, () => bus.health().healthy);
    }
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 30_000, () => handled.length === 1);
  });

  test("says in which way a publish ended whose answer was lost", async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "once" });
    await bus.start();
    const swallowed = proxy.swallowAnswer((request) => request.includes("swallowed"));
    const publish = bus.publish(happened, { n: 1 }, { headers: { mark: "swallowed" } });
    await expect(publish).rejects.toMatchObject({ code: "PUBLISH_FAILED", outcome: "unknown" });
    await swallowed;
    await waitUntil("it is handled all the same", 30_000, () => handled.length === 1);
  });

  test("settles of an earlier connection reach no delivery of the next", async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const attempts: (readonly [number, number])[] = [];
    const ends: (() => void)[] = [];
    const handle = (
      { n }: { readonly n: number },
      { attempt }: { readonly attempt: number },
    ): Promise<void> => {
      attempts.push([n, attempt]);
      return new Promise((resolve) => ends.push(resolve));
    };
    bus.listen(happened, handle, { name: "slow", concurrency: 2 });
    await bus.start();
    await bus.publish(happened, { n: 1 });
    await bus.publish(happened, { n: 2 });
    await waitUntil("both have begun", 30_000, () => attempts.length === 2);
    proxy.reset();
    for (const end of ends.splice(0)) end();
    await waitUntil("both have come again", 30_000, () => attempts.length === 4);
    expect(attempts.slice(2).sort()).toEqual([
      [1, 2],
      [2, 2],
    ]);
    for (const end of ends.splice(0)) end();
    await bus.publish(happened, { n: 3 });
    await waitUntil("the next has begun", 30_000, () => attempts.length === 5);
    for (const end of ends.splice(0)) end();
    await bus.idle();
    expect((await bus.close()).left).toEqual([]);
  });

  test("fails its start when no server answers in time, and starts later", async () => {
    const lost = await FaultProxy.start(1);
    lost.refuse();
    const broker = new AmqpBroker({ url: lost.through(rabbitmq().url), connectTimeoutMs: 200 });
    const host = { onStatus: () => {}, onReply: () => {}, onReport: () => {} };
    await expect(broker.connect(host)).rejects.toMatchObject({ code: "BROKER_FAILED" });
    await broker.close();
    const { broker: answered } = makeNode(url);
    await answered.connect(host);
    await answered.close();
  });

  test("takes the next server of a list when one does not answer", async () => {
    const lost = await FaultProxy.start(1);
    lost.refuse();
    const { bus } = makeNode("amqp://unused", { url: [lost.through(rabbitmq().url), url] });
    await bus.start();
    expect(bus.health().healthy).toBe(true);
  });

  test("takes the next server of a list when one accepts and says nothing", async () => {
    await using silent = await FaultProxy.start(Number(new URL(rabbitmq().url).port));
    silent.hold();
    const { bus } = makeNode("amqp://unused", {
      url: [silent.through(rabbitmq().url), url],
      connectTimeoutMs: 2_000,
    });
    await bus.start();
    expect(bus.health().healthy).toBe(true);
  });

  test("fails its start at once when the server refuses the login, and asks for the password each time", async () => {
    const wrong = new URL(url);
    wrong.password = "wrong";
    let asked = 0;
    const { bus } = makeNode("amqp://unused", {
      url: () => (asked++ === 0 ? wrong.href : url),
      connectTimeoutMs: 60_000,
    });
    await expect(bus.start()).rejects.toThrow(/ACCESS_REFUSED|403/);
    expect(asked).toBeGreaterThan(0);
  });
});
