import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { redisForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, makeNode, numbers } from "./world.js";

const redis = redisForFile();

describe("redis broker, connections", () => {
  let proxy: FaultProxy;
  let url: string;

  beforeAll(async () => {
    const direct = new URL(redis().url);
    proxy = await FaultProxy.start(Number(direct.port || 6379));
    url = proxy.through(direct.href);
  });

  afterAll(() => proxy.close());

  test("goes on after cuts: nothing accepted is lost, what is doubled was in flight", async () => {
    const { bus } = makeNode({ url });
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
    for (let round = 0; round < 6; round++) {
      const publishes = numbers(500).map((n) => publish(round * 500 + n));
      await Promise.race(publishes);
      if (round % 2 === 0) proxy.cut();
      else proxy.reset();
      await Promise.all(publishes);
    }
    expect(accepted.length + unknown.length).toBe(3_000);
    await waitUntil("all accepted events are handled", 10_000, () => accepted.every((n) => handled.has(n)));
    expect([...handled.values()].filter((times) => times > 1)).toEqual([]);
    await waitUntil("the bus is well", 5_000, () => bus.health().healthy);
  });

  test("keeps publishes of an outage in their order, and refuses those whose deadline passes in it", async () => {
    const { bus } = makeNode({ url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "patient" });
    await bus.start();
    proxy.refuse();
    proxy.cut();
    await waitUntil("the loss is noticed", 5_000, () => !bus.health().healthy);
    const late = bus.publish(happened, { n: -1 }, { timeoutMs: 50 });
    const waiting = numbers(300).map((n) => bus.publish(happened, { n }));
    await expect(late).rejects.toMatchObject({ code: "PUBLISH_TIMEOUT", outcome: "refused" });
    await proxy.heal();
    await Promise.all(waiting);
    await waitUntil("all have arrived", 5_000, () => handled.length >= 300);
    expect(handled).toEqual(numbers(300));
  });

  test("notices a half-open link by its silence, and makes another", { timeout: 60_000 }, async () => {
    const { bus } = makeNode({ url, answerTimeoutMs: 1_000 });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "held" });
    await bus.start();
    proxy.hold();
    await waitUntil("the loss is noticed", 12_000, () => !bus.health().healthy);
    await proxy.heal();
    await waitUntil("the bus is well", 10_000, () => bus.health().healthy);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 10_000, () => handled.includes(1));
  });

  test("says of a publish whose answer was lost that its end is unknown, and does not repeat it", async () => {
    const { bus } = makeNode({ url });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "once" });
    await bus.start();
    const swallowed = proxy.swallowAnswer((request) => request.includes("swallowed"));
    const publish = bus.publish(happened, { n: 1 }, { headers: { mark: "swallowed" } });
    await expect(publish).rejects.toMatchObject({ code: "PUBLISH_FAILED", outcome: "unknown" });
    await swallowed;
    await bus.publish(happened, { n: 2 });
    await waitUntil("the next is handled", 5_000, () => handled.includes(2));
    expect(handled).toEqual([1, 2]);
  });

  test.each(["SADD", "MKSTREAM", "CREATECONSUMER"])(
    "starts although the connection ends before the answer to %s",
    async (command) => {
      const { bus } = makeNode({ url });
      const happened = freshEvent();
      const handled: number[] = [];
      bus.listen(happened, ({ n }) => void handled.push(n), { name: "starter" });
      const swallowed = proxy.swallowAnswer((request) => request.includes(command));
      await bus.start();
      await swallowed;
      await bus.publish(happened, { n: 1 });
      await waitUntil("it is handled", 10_000, () => handled.length > 0);
    },
  );

  test("fails its start with an error of its own when the server stops answering in it", async () => {
    const { bus } = makeNode({ url, answerTimeoutMs: 2_000, connectTimeoutMs: 2_000 });
    bus.listen(freshEvent(), () => {}, { name: "unanswered" });
    const swallowed = proxy.swallowAnswer((request) => request.includes("SADD")).then(() => proxy.refuse());
    await expect(bus.start()).rejects.toMatchObject({ name: "BrokerError", code: "BROKER_FAILED" });
    await swallowed;
    await proxy.heal();
    await bus.start();
  });

  test("finds what was given to it in an answer that never came, at once and as the first attempt", async () => {
    const publisher = makeNode({ url: redis().url });
    const { bus } = makeNode({ url });
    const happened = freshEvent();
    const handled: unknown[] = [];
    bus.listen(happened, ({ n }, { attempt }) => void handled.push([n, attempt]), { name: "seeker" });
    await publisher.bus.start();
    // The first read: none that comes together with an acknowledgement, which is answered at once.
    const swallowed = proxy.swallowAnswer((request) => request.includes("XREADGROUP"));
    await bus.start();
    await publisher.bus.publish(happened, { n: 1 });
    await swallowed;
    await publisher.bus.publish(happened, { n: 2 });
    await waitUntil("both are handled", 5_000, () => handled.length >= 2);
    expect(handled).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test("reports the gap of a Pub/Sub subscription that was cut", async () => {
    const { bus, reports } = makeNode({ url });
    const happened = freshEvent(freshChannel({ durable: false }));
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "gap", scope: "broadcast" });
    await bus.start();
    proxy.cut();
    await waitUntil("the bus is well", 5_000, () => reports.length > 0 && bus.health().healthy);
    expect(reports).toEqual([
      expect.stringContaining(`eventwright:${happened.channel.address} may be missing`),
    ]);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 5_000, () => handled.includes(1));
  });

  test("closes within its limit while the server does not answer", { timeout: 30_000 }, async () => {
    const { bus } = makeNode({ url });
    const happened = freshEvent();
    bus.listen(happened, () => {}, { name: "closing" });
    await bus.start();
    proxy.hold();
    const began = performance.now();
    await bus.close({ timeoutMs: 500 });
    expect(performance.now() - began).toBeLessThan(6_000);
    await proxy.heal();
  });
});
