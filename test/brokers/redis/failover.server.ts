import { expect, test } from "vitest";
import { startRedisSentinel } from "../../helpers/servers/redis-sentinel.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshEvent, makeNode, streamOf } from "./world.js";

test("redis broker: a primary that comes back is not read from, and what a dead consumer held there is handled on its successor", async () => {
  await using sentinel = await startRedisSentinel();
  const sentinels = sentinel.sentinels.map(({ port }) => ({ host: "127.0.0.1", port }));
  const options = { connection: { sentinels, name: sentinel.primaryName }, leaseMs: 500 };
  const happened = freshEvent();
  const first = makeNode(options);
  first.bus.listen(happened, () => {}, { name: "heir" });
  await first.bus.start();
  await first.bus.close();

  const { bus } = makeNode(options);
  await bus.start();
  await bus.publish(happened, { n: 1 });
  const old = await sentinel.primary();
  const successor = sentinel.nodes.find((node) => node !== old);
  if (successor === undefined) throw new Error("there is no replica");
  const stream = streamOf(happened);
  await old.command("XREADGROUP", "GROUP", "heir", "ghost", "STREAMS", stream, ">");
  await waitUntil("the replica knows who holds it", 20_000, async () => {
    const [held] = [await successor.command("XPENDING", stream, "heir")].flat();
    return held === 1;
  });
  await old.kill();
  await waitUntil("the replica is the primary", 60_000, async () => (await sentinel.primary()) === successor);

  const got: unknown[] = [];
  await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
  await bus.subscribe(happened, ({ n }, { attempt }) => void got.push([n, attempt]), { name: "heir" });
  await waitUntil("what was held is handled", 30_000, () => got.length > 0);
  await old.start();
  await bus.publish(happened, { n: 2 });
  await sentinel.settle();
  await bus.publish(happened, { n: 3 });
  await waitUntil("those after it are handled", 30_000, () => got.length >= 3);
  expect(got).toEqual([
    [1, 2],
    [2, 1],
    [3, 1],
  ]);
  const asked = String(await old.command("INFO", "commandstats"));
  expect(asked).toContain("cmdstat_ping");
  expect(asked).not.toMatch(/cmdstat_(xreadgroup|eval)/);
}, 240_000);
