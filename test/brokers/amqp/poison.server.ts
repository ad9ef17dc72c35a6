import { describe, expect, test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshEvent, type Item, makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

const poison = 3;

describe("amqp broker", () => {
  test("puts an event that ends every process to the dead letters, and takes no neighbour along", async () => {
    const happened = freshEvent();
    const handled = new Set<number>();
    const watcher = makeNode(rabbitmq().url).bus;
    await watcher.start();
    const letters = () => watcher.deadLetters.list("mortal");
    let deaths = 0;
    let isBuried = false;
    while (!isBuried && deaths < 20) {
      const { bus, broker } = makeNode(rabbitmq().url);
      let hasDied = false;
      const handle = async ({ n }: Item): Promise<void> => {
        hasDied ||= n === poison;
        // A process that has died handles nothing more.
        await new Promise<void>((resolve) => !hasDied && setImmediate(resolve));
        handled.add(n);
      };
      bus.listen(happened, handle, { name: "mortal" });
      await bus.start();
      if (deaths === 0) for (let n = 0; n <= 10; n++) await bus.publish(happened, { n });
      await waitUntil("the poison ends it, or is gone", 30_000, async () => {
        isBuried = (await letters()).length > 0;
        return hasDied || isBuried;
      });
      if (!isBuried) {
        deaths++;
        await broker.close();
      }
    }
    const [letter, ...others] = await letters();
    expect(others).toEqual([]);
    expect(new TextDecoder().decode(letter?.message.body)).toBe(`{"n":${poison}}`);
    expect(letter).toMatchObject({
      reason: "failed",
      attempts: 6,
      error: { message: expect.stringContaining("each process that began to, ended") },
    });
    await waitUntil("the neighbours are handled", 30_000, () => handled.size === 10);
    expect(deaths).toBe(6);
  });
});
