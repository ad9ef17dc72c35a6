import { retry } from "@eventwright/runtime";
import { describe, expect, test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshCommand, freshEvent, type Item, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

describe("amqp broker", () => {
  test("delivers each event of a durable channel once to each listener", async () => {
    const { bus } = makeNode(rabbitmq().url);
    const happened = freshEvent();
    const first: number[] = [];
    const second: number[] = [];
    bus.listen(happened, ({ n }) => void first.push(n), { name: "first" });
    bus.listen(happened, ({ n }) => void second.push(n), { name: "second" });
    await bus.start();
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    await Promise.all(numbers.map((n) => bus.publish(happened, { n })));
    await waitUntil("all have arrived", 30_000, () => first.length === 500 && second.length === 500);
    expect(first).toEqual(numbers);
    expect(second).toEqual(numbers);
  });

  test("lets instances of one name share the work, and gives a broadcast to each", async () => {
    const happened = freshEvent();
    const shared: number[] = [];
    const copies: number[] = [];
    const members = [makeNode(rabbitmq().url), makeNode(rabbitmq().url)];
    for (const { bus } of members) {
      bus.listen(happened, ({ n }) => void shared.push(n), { name: "shared", concurrency: 1 });
      bus.listen(happened, ({ n }) => void copies.push(n), { name: "copy", scope: "broadcast" });
      await bus.start();
    }
    await Promise.all(Array.from({ length: 100 }, (_, n) => members[0]?.bus.publish(happened, { n })));
    await waitUntil("all have arrived", 30_000, () => shared.length >= 100 && copies.length >= 200);
    expect(new Set(shared).size).toBe(100);
    expect(shared).toHaveLength(100);
    expect(copies).toHaveLength(200);
  });

  test("refuses a durable event that no listener is known for, and takes one that need not be kept", async () => {
    const { bus } = makeNode(rabbitmq().url);
    await bus.start();
    await expect(bus.publish(freshEvent(), { n: 1 })).rejects.toMatchObject({
      code: "PUBLISH_UNROUTABLE",
      outcome: "refused",
    });
    await bus.publish(freshEvent(freshChannel({ durable: false })), { n: 1 });
  });

  test("gives a failed event again after its delay, counting attempts, and holds up no other", async () => {
    const { bus } = makeNode(rabbitmq().url);
    const happened = freshEvent();
    const seen: { readonly n: number; readonly attempt: number; readonly at: number }[] = [];
    bus.listen(
      happened,
      ({ n }, { attempt }) => {
        seen.push({ n, attempt, at: Date.now() });
        if (n === 0 && attempt < 4) throw new Error("not yet");
      },
      {
        name: "retrying",
        concurrency: 1,
        retry: { immediate: 0, delayed: 5, delayMs: 200, factor: 1, jitter: 0 },
      },
    );
    await bus.start();
    await bus.publish(happened, { n: 0 });
    await bus.publish(happened, { n: 1 });
    await waitUntil("the fourth attempt", 30_000, () => seen.some(({ attempt }) => attempt === 4));
    expect(seen.map(({ n, attempt }) => [n, attempt])).toEqual([
      [0, 1],
      [1, 1],
      [0, 2],
      [0, 3],
      [0, 4],
    ]);
    const times = seen.filter(({ n }) => n === 0).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(199);
    // Before the first, the queue was made that it waits in.
    expect(Math.max(...gaps.slice(1))).toBeLessThan(700);
  });

  test("obeys a handler that asks for another delay", async () => {
    const { bus } = makeNode(rabbitmq().url);
    const happened = freshEvent();
    const attempts: number[] = [];
    bus.listen(
      happened,
      (_, { attempt }) => {
        attempts.push(attempt);
        return attempt === 1 ? retry({ afterMs: 60 }) : undefined;
      },
      { name: "asking" },
    );
    await bus.start();
    await bus.publish(happened, { n: 0 });
    await waitUntil("the second attempt", 30_000, () => attempts.length === 2);
    expect(attempts).toEqual([1, 2]);
  });

  test("keeps what cannot be handled as dead letter, whole, and gives it again on request", async () => {
    const { bus } = makeNode(rabbitmq().url, { bus: { instance: "here" } });
    const channel = freshChannel();
    const happened = freshEvent(channel);
    const handled: Item[] = [];
    let isBroken = true;
    const handle = (item: Item): void => {
      if (isBroken) throw new TypeError("broken");
      handled.push(item);
    };
    bus.listen(happened, handle, { name: "dying", retry: { immediate: 1, delayed: 0 } });
    await bus.start();
    const { id } = await bus.publish(happened, { n: 7 }, { headers: { tenant: "ü 🐎" } });
    await waitUntil(
      "the letter is there",
      5_000,
      async () => (await bus.deadLetters.list("dying")).length === 1,
    );
    const [letter] = await bus.deadLetters.list("dying");
    expect(letter).toMatchObject({
      reason: "failed",
      listener: "dying",
      channel: channel.name,
      attempts: 2,
      instance: "here",
      error: { name: "TypeError", message: "broken" },
      message: { address: channel.address, type: happened.type, attributes: { id, tenant: "ü 🐎" } },
    });
    expect(new TextDecoder().decode(letter?.message.body)).toBe('{"n":7}');
    isBroken = false;
    expect(await bus.deadLetters.replay("dying", letter?.id ?? "")).toBe(true);
    await waitUntil("it is handled", 30_000, () => handled.length === 1);
    expect(await bus.deadLetters.list("dying")).toEqual([]);
    expect(await bus.deadLetters.discard("dying", letter?.id ?? "")).toBe(false);
  });

  test("carries commands to one handler and their replies back", async () => {
    const [asking, answering] = [makeNode(rabbitmq().url), makeNode(rabbitmq().url)];
    const double = freshCommand();
    answering.bus.listen({ contract: double, handle: ({ n }: Item) => n * 2 });
    await answering.bus.start();
    await asking.bus.start();
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    const replies = await Promise.all(numbers.map((n) => asking.bus.send(double, { n })));
    expect(replies).toEqual(numbers.map((n) => n * 2));
    await expect(asking.bus.send(freshCommand(), { n: 1 })).rejects.toMatchObject({
      code: "REQUEST_NO_HANDLER",
    });
  });

  test("gives back at once what a closing instance has not started", async () => {
    const happened = freshEvent();
    const [leaving, staying] = [makeNode(rabbitmq().url), makeNode(rabbitmq().url)];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    leaving.bus.listen(happened, () => held, { name: "group", concurrency: 1 });
    await leaving.bus.start();
    await Promise.all(Array.from({ length: 10 }, (_, n) => leaving.bus.publish(happened, { n })));
    const handled: number[] = [];
    staying.bus.listen(happened, ({ n }) => void handled.push(n), { name: "group" });
    await staying.bus.start();
    await waitUntil("the others have arrived", 30_000, () => handled.length === 9);
    const closing = leaving.bus.close({ timeoutMs: 50 });
    expect((await closing).left).toHaveLength(1);
    release();
    await waitUntil("what was left has arrived", 30_000, () => handled.length === 10);
    expect(new Set(handled).size).toBe(10);
  });
});
