import { describe, expect, test } from "vitest";
import { redisForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { commandsOf } from "./raw-commands.js";
import { freshEvent, makeNode, numbers, streamOf } from "./world.js";

const redis = redisForFile();
const hourMs = 3_600_000;

/**
 * What the broker sees when the server's clock has jumped: times that were written before lie an hour back, or ahead.
 * (The clock itself cannot be moved for one process: libfaketime and the allocator of Redis exclude each other.)
 */
describe("redis broker, clock of the server", { timeout: 60_000 }, () => {
  test("an hour forward: what is in hand comes twice at most, all else once", async () => {
    const { url } = redis();
    const command = commandsOf(url);
    const happened = freshEvent();
    const stream = streamOf(happened);
    const begun: number[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const nodes = [1, 2].map(() => makeNode({ url, leaseMs: 2_000 }));
    for (const { bus } of nodes) {
      bus.listen(
        happened,
        async ({ n }) => {
          begun.push(n);
          await held;
        },
        { name: "old", concurrency: 4 },
      );
      await bus.start();
    }
    await Promise.all(numbers(100).map((n) => nodes[0]?.bus.publish(happened, { n })));
    await waitUntil("both have their hands full", 20_000, () => begun.length === 8);
    const pending = await command("XPENDING", stream, "old", "-", "+", "1000");
    if (!Array.isArray(pending)) throw new Error("expected a list of what is pending");
    for (const [id, consumer] of pending) {
      await command(
        "XCLAIM",
        stream,
        "old",
        consumer,
        "0",
        id,
        "TIME",
        String(Date.now() - hourMs),
        "JUSTID",
      );
    }
    const began = performance.now();
    await waitUntil("leases would have run out twice", 10_000, () => performance.now() - began > 4_500);
    release();
    await waitUntil("all are handled", 20_000, () => new Set(begun).size === 100);
    await waitUntil("nothing is left", 20_000, async () => {
      const { waiting, unsettled } = (await nodes[0]?.broker.inspect("old")) ?? {};
      return waiting === 0 && unsettled === 0;
    });
    const counts = numbers(100).map((n) => begun.filter((one) => one === n).length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2);
    expect(begun.length - 100).toBeLessThanOrEqual(pending.length);
  });

  test("an hour forward: retries come at once; an hour back: they wait that much longer, and others do not", async () => {
    const { url } = redis();
    const command = commandsOf(url);
    const happened = freshEvent();
    const handled: number[] = [];
    const { bus } = makeNode({ url });
    bus.listen(
      happened,
      ({ n }, { attempt }) => {
        if (attempt === 1 && n < 2) throw new Error("not yet");
        handled.push(n);
      },
      { name: "hourly", retry: { immediate: 0, delayed: 1, delayMs: 20_000, jitter: 0 } },
    );
    await bus.start();
    for (const n of numbers(2)) await bus.publish(happened, { n });
    const later = `{${streamOf(happened)}}:later:hourly`;
    const [first, second] = await waitingIn(command, later, 2);
    await command("ZINCRBY", later, String(hourMs), second ?? "");
    await command("ZINCRBY", later, String(-hourMs), first ?? "");
    await waitUntil("one is handled", 15_000, () => handled.length === 1);
    await bus.publish(happened, { n: 2 });
    await waitUntil("a new one is handled", 15_000, () => handled.includes(2));
    expect(await waitingIn(command, later, 1)).toEqual([second]);
  });

  test("an hour back: publishes go on behind what is in the stream", async () => {
    const { url } = redis();
    const command = commandsOf(url);
    const happened = freshEvent();
    const handled: number[] = [];
    const { bus } = makeNode({ url, leaseMs: 1_000 });
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "behind" });
    await bus.start();
    await bus.publish(happened, { n: 0 });
    const ahead = `${Date.now() + hourMs}-0`;
    const document = JSON.stringify({
      ...{ specversion: "1.0", id: "ahead", source: "tests", type: happened.type },
      ...{ datacontenttype: "application/json", data: { n: 1 } },
    });
    await command("XADD", streamOf(happened), ahead, "event", document);
    for (const n of [2, 3]) await bus.publish(happened, { n });
    await waitUntil("all are handled", 15_000, () => handled.length >= 4);
    expect(handled).toEqual(numbers(4));
  });
});

type Commands = ReturnType<typeof commandsOf>;

/** What waits for its retry. */
async function waitingIn(command: Commands, later: string, count: number): Promise<readonly string[]> {
  let members: readonly string[] = [];
  await waitUntil(`${count} wait`, 15_000, async () => {
    const reply = await command("ZRANGE", later, "0", "-1");
    members = Array.isArray(reply) ? reply.map(String) : [];
    return members.length === count;
  });
  return members;
}
