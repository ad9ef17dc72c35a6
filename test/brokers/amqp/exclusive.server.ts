import { describe, expect, test } from "vitest";
import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

describe("amqp broker, exclusive listeners", () => {
  test.for([[true], [false]] as const)(
    "on a channel that is durable (%s), another way than the queue has it is refused with both in the message",
    async ([durable]) => {
      const happened = freshEvent(freshChannel({ durable }));
      const other = freshEvent(freshChannel({ durable }));
      const [first, second, third] = [
        makeNode(rabbitmq().url),
        makeNode(rabbitmq().url),
        makeNode(rabbitmq().url),
      ];
      first.bus.listen(happened, () => {}, { name: "shared" });
      first.bus.listen(other, () => {}, { name: "alone", exclusive: true });
      await first.bus.start();
      second.bus.listen(happened, () => {}, { name: "shared", exclusive: true });
      await expect(second.bus.start()).rejects.toThrow(
        /PRECONDITION_FAILED.*x-single-active-consumer.*received.*true.*but current is none/,
      );
      third.bus.listen(other, () => {}, { name: "alone" });
      await expect(third.bus.start()).rejects.toThrow(
        /PRECONDITION_FAILED.*x-single-active-consumer.*received none but current is.*true/,
      );
    },
  );

  test("are taken over when the active one is cut off: none is missing, and the order is kept", async () => {
    const proxy = await FaultProxy.start(Number(new URL(rabbitmq().url).port));
    const happened = freshEvent();
    const handled: { readonly n: number; readonly by: string }[] = [];
    const [first, second] = (["first", "second"] as const).map((by) => {
      const { bus } = makeNode(by === "first" ? proxy.through(rabbitmq().url) : rabbitmq().url);
      const handle = async ({ n }: { readonly n: number }): Promise<void> => {
        await new Promise((resolve) => setImmediate(resolve));
        handled.push({ n, by });
      };
      return bus.listen(happened, handle, { name: "alone", exclusive: true, concurrency: 1 });
    });
    const publisher = makeNode(rabbitmq().url).bus;
    await publisher.start();
    await first?.start();
    await second?.start();
    for (let n = 0; n < 20; n++) await publisher.publish(happened, { n });
    await waitUntil("the first has begun", 10_000, () => handled.length > 0);
    proxy.refuse();
    proxy.reset();
    for (let n = 20; n < 40; n++) await publisher.publish(happened, { n });
    await waitUntil("the second goes on", 20_000, () =>
      handled.some(({ n, by }) => n === 39 && by === "second"),
    );
    const bySecond = handled.filter(({ by }) => by === "second").map(({ n }) => n);
    expect(bySecond).toEqual(Array.from(bySecond, (_, index) => 40 - bySecond.length + index));
    expect(new Set(handled.map(({ n }) => n)).size).toBe(40);
    await first?.close();
    await proxy.close();
  });

  test("give what they have not begun to the next one, and begin it there when the last handler has ended here", async () => {
    const happened = freshEvent();
    const [leaving, staying] = [makeNode(rabbitmq().url), makeNode(rabbitmq().url)];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const log: string[] = [];
    leaving.bus.listen(
      happened,
      async ({ n }) => {
        await held;
        log.push(`leaving ${n}`);
      },
      { name: "alone", exclusive: true, concurrency: 1 },
    );
    staying.bus.listen(happened, ({ n }) => void log.push(`staying ${n}`), {
      name: "alone",
      exclusive: true,
    });
    await leaving.bus.start();
    await staying.bus.start();
    for (let n = 0; n < 5; n++) await leaving.bus.publish(happened, { n });
    const closing = leaving.bus.close();
    const marker = freshEvent();
    await staying.bus.subscribe(marker, () => void log.push("marker"), { name: "marker" });
    await staying.bus.publish(marker, { n: 0 });
    await waitUntil("the marker arrives", 10_000, () => log.length > 0);
    release();
    await closing;
    await waitUntil("all are handled", 10_000, () => log.length === 6);
    expect(log).toEqual(["marker", "leaving 0", ...[1, 2, 3, 4].map((n) => `staying ${n}`)]);
  });
});
