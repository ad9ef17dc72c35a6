import { expect, test } from "vitest";
import { freshEvent, makeNode } from "../brokers/amqp/world.js";
import { binary } from "../helpers/servers/rabbitmq-control.js";
import { rabbitmqForFile } from "../helpers/servers/shared.js";
import { waitUntil } from "../helpers/servers/wait-until.js";

const rabbitmq = rabbitmqForFile();

test("amqp broker: a queue that an operator has made short refuses events, and loses none that it took", async (context) => {
  const { url, control } = rabbitmq();
  if (control === undefined) return context.skip("needs a server whose policies are ours to set");
  const happened = freshEvent();
  const { bus } = makeNode(url);
  const handled = new Set<number>();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  bus.listen(
    happened,
    async ({ n }) => {
      await held;
      handled.add(n);
    },
    { name: "slow", concurrency: 1 },
  );
  await bus.start();
  const vhost = decodeURIComponent(new URL(url).pathname.slice(1));
  await control.evaluate(
    `ok = rabbit_policy:set(${binary(vhost)}, ${binary("short")}, ${binary(".*")}, [{${binary("max-length")}, 5}], 0, ${binary("queues")}, ${binary("tests")})`,
  );
  const accepted: number[] = [];
  let n = 0;
  await waitUntil("an event is refused", 20_000, async () => {
    n++;
    try {
      await bus.publish(happened, { n });
      accepted.push(n);
      return false;
    } catch (error) {
      // The server says no without saying that none of several queues has it.
      expect(error).toMatchObject({ code: "PUBLISH_FAILED", outcome: "unknown" });
      return true;
    }
  });
  release();
  await waitUntil("all that was accepted is handled", 20_000, () =>
    accepted.every((one) => handled.has(one)),
  );
  await waitUntil("there is room again", 20_000, async () => {
    await bus.publish(happened, { n: 1_000 });
    return true;
  });
  await waitUntil("the next event is handled", 20_000, () => handled.has(1_000));
});
