import { expect, test } from "vitest";
import { commandsOf } from "../brokers/redis/raw-commands.js";
import { freshEvent, makeNode, streamOf } from "../brokers/redis/world.js";
import { redisForFile } from "../helpers/servers/shared.js";
import { waitUntil } from "../helpers/servers/wait-until.js";

const redis = redisForFile();

test("redis broker: an event in an answer that never came is handled all the same", async () => {
  const { url } = redis();
  const command = commandsOf(url);
  const happened = freshEvent();
  const stream = streamOf(happened);
  const { bus } = makeNode({ url, leaseMs: 400 });
  const begun: number[] = [];
  const handled: number[] = [];
  let end = (): void => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  bus.listen(
    happened,
    async ({ n }) => {
      begun.push(n);
      if (n === 1) await held;
      handled.push(n);
    },
    { name: "deaf", concurrency: 1 },
  );
  await bus.start();
  await bus.publish(happened, { n: 1 });
  await waitUntil("the first is held", 20_000, () => begun.length === 1);
  await bus.publish(happened, { n: 2 });
  // The server gives the second to the listener's name, and the listener never hears of it.
  const consumers = await command("XINFO", "CONSUMERS", stream, "deaf");
  const name = JSON.stringify(consumers).match(/"name","([^"]+)"/)?.[1] ?? "";
  await command("XREADGROUP", "GROUP", "deaf", name, "STREAMS", stream, ">");
  end();
  await waitUntil("both are handled", 20_000, () => handled.length === 2);
  expect(handled).toEqual([1, 2]);
});

test("redis broker: an event that every process leaves behind ends in the dead letters, unhandled, and its neighbour is handled", async () => {
  const { url } = redis();
  const command = commandsOf(url);
  const happened = freshEvent();
  const stream = streamOf(happened);
  const first = makeNode({ url });
  first.bus.listen(happened, () => {}, { name: "mortal" });
  await first.bus.start();
  await first.bus.close();
  const { bus } = makeNode({ url, leaseMs: 400 });
  await bus.start();
  for (const n of [1, 2]) await bus.publish(happened, { n });
  await command("XREADGROUP", "GROUP", "mortal", "ghost", "STREAMS", stream, ">");
  const [killer = ""] =
    JSON.stringify(await command("XPENDING", stream, "mortal", "-", "+", "1")).match(/\d+-\d+/) ?? [];
  await command("XCLAIM", stream, "mortal", "ghost", "0", killer, "RETRYCOUNT", "6");
  const handled: number[] = [];
  await bus.subscribe(happened, ({ n }) => void handled.push(n), { name: "mortal" });
  await waitUntil("it is in the dead letters", 20_000, async () => {
    return (await bus.deadLetters.list("mortal")).length === 1;
  });
  await waitUntil("its neighbour is handled", 20_000, () => handled.length > 0);
  expect(handled).toEqual([2]);
  const [letter] = await bus.deadLetters.list("mortal");
  expect(letter).toMatchObject({ reason: "failed", attempts: 6, error: { code: "BROKER_FAILED" } });
});
