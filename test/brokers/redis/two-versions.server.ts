import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { describe, expect, test } from "vitest";
import { redisForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { testTwoVersions } from "../two-versions.js";
import { rawRedis } from "./raw-redis.js";
import { freshChannel, freshEvent, type Item, makeNode, numbers, streamOf } from "./world.js";

const redis = redisForFile();
const raw = rawRedis(redis);

testTwoVersions("redis", (options) => makeNode({ url: redis().url }, options).bus);

describe("redis broker, instances of a listener that take different events", () => {
  test("what only some of them take is handled by these, also when it fails at first", async () => {
    const channel = freshChannel();
    const [placed, cancelled] = [freshEvent(channel), freshEvent(channel)];
    const handled: { readonly by: string; readonly type: string; readonly n: number }[] = [];
    const failed = new Set<number>();
    const older = makeNode({ url: redis().url });
    older.bus.listen(placed, ({ n }) => void handled.push({ by: "older", type: "placed", n }), {
      name: "printer",
    });
    await older.bus.start();
    await older.bus.publish(placed, { n: 0 });
    await older.bus.publish(cancelled, { n: -1 }); // nobody takes it yet
    const newer = makeNode({ url: redis().url });
    newer.bus.listen(
      [placed, cancelled],
      ({ n }, { envelope }) => {
        const type = envelope.type === placed.type ? "placed" : "cancelled";
        if (type === "cancelled" && n % 5 === 0 && !failed.has(n)) {
          failed.add(n);
          throw new Error("not yet");
        }
        handled.push({ by: "newer", type, n });
      },
      { name: "printer", retry: { immediate: 0, delayed: 1, delayMs: 50 } },
    );
    await newer.bus.start();
    for (const n of numbers(40)) await older.bus.publish(cancelled, { n });
    const cancellations = () => handled.filter(({ type }) => type === "cancelled");
    await waitUntil("all are handled", 60_000, () => cancellations().length >= 40);
    expect(
      cancellations()
        .map(({ n }) => n)
        .toSorted((a, b) => a - b),
    ).toEqual(numbers(40));
    expect(new Set(cancellations().map(({ by }) => by))).toEqual(new Set(["newer"]));
    expect(failed.size).toBe(8);
    expect(await older.bus.deadLetters.list("printer")).toEqual([]);
    await newer.bus.publish(placed, { n: 1 });
    await waitUntil("the rest goes on", 10_000, () =>
      handled.some(({ type, n }) => type === "placed" && n === 1),
    );
  });

  test("what only an absent one takes is kept as a dead letter, and passed over once it has been away for a week", async () => {
    const channel = freshChannel();
    const [placed, cancelled, returned] = [freshEvent(channel), freshEvent(channel), freshEvent(channel)];
    const { bus, broker } = makeNode({ url: redis().url });
    const handled: number[] = [];
    bus.listen(placed, ({ n }) => void handled.push(n), { name: "printer" });
    await bus.start();
    const key = `{${streamOf(placed)}}:takes:printer`;
    const ago = (ms: number) => String(Date.now() - ms);
    await raw("HSET", key, JSON.stringify([channel.address, cancelled.type]), ago(120_000));
    await raw("HSET", key, JSON.stringify([channel.address, returned.type]), ago(8 * 86_400_000));
    await raw("HINCRBY", key, "version", "1");
    const other = makeNode({ url: redis().url }); // forgets what is too old
    other.bus.listen(placed, ({ n }) => void handled.push(n), { name: "printer" });
    await other.bus.start();
    for (const event of [cancelled, returned, placed]) await bus.publish(event, { n: 1 });
    await waitUntil("all are settled", 10_000, async () => {
      const { waiting, unsettled, deadLetters } = await broker.inspect("printer");
      return waiting + unsettled === 0 && deadLetters > 0;
    });
    const letters = await bus.deadLetters.list("printer");
    expect(letters.map(({ reason, message }) => [reason, message.type])).toEqual([
      ["unknown", cancelled.type],
    ]);
    expect(handled).toEqual([1]);
  });

  test("what only an absent one takes, at an address of its own, reaches no handler here", async () => {
    const name = `shop-${crypto.randomUUID()}`;
    const channel = defineChannel<{ region: string }>({
      name,
      address: `${name}.{region}`,
      durable: true,
      parameters: { region: () => undefined },
    });
    const type = `${name}.Placed.v1`;
    const placed = defineEvent<Item, { region: string }>({
      name: "Placed",
      channel,
      type,
      version: 1,
      payload: () => undefined,
    });
    const { bus } = makeNode({ url: redis().url });
    const handled: number[] = [];
    bus.listen(placed, ({ n }) => void handled.push(n), { name: "regional", parameters: { region: "eu" } });
    await bus.start();
    const key = `{eventwright:${name}.*}:takes:regional`;
    await raw("HSET", key, JSON.stringify([`${name}.us`, placed.type]), String(Date.now() - 120_000));
    await raw("HINCRBY", key, "version", "1");
    for (const [n, region] of ["us", "eu", "at"].entries()) await bus.publish(placed, { n }, { region });
    await waitUntil("one is kept", 10_000, async () => (await bus.deadLetters.list("regional")).length > 0);
    await waitUntil("one is handled", 10_000, () => handled.length > 0);
    await bus.idle();
    const letters = await bus.deadLetters.list("regional");
    expect(letters.map(({ reason, message }) => [reason, message.address])).toEqual([
      ["unknown", `${name}.us`],
    ]);
    expect(handled).toEqual([1]);
  });
});
