import { connect } from "amqplib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Rabbitmq, startRabbitmq } from "../../helpers/servers/rabbitmq.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import { freshChannel, freshEvent, makeNode } from "./world.js";

const startTimeoutMs = 120_000;

describe("amqp broker, faults of the server", { timeout: startTimeoutMs }, () => {
  let server: Rabbitmq;
  let url: string;

  beforeAll(async () => {
    server = await startRabbitmq({ tls: true });
    const { port } = server.control.endpoint;
    const secure = new URL(server.control.url());
    url = `amqp://${secure.username}:${secure.password}@127.0.0.1:${port}${secure.pathname}`;
  }, startTimeoutMs);

  afterAll(() => server.close());

  test("loses nothing accepted when the server is killed, and goes on when it is back", async () => {
    const { bus } = makeNode(url, { heartbeatSeconds: 1 });
    const happened = freshEvent();
    const handled = new Set<number>();
    bus.listen(happened, ({ n }) => void handled.add(n), { name: "survivor" });
    await bus.start();
    // What the server knows of new queues reaches its disk some two seconds late.
    await server.control.evaluate("[dets:sync(Table) || Table <- dets:all()]");
    const outcomes = Array.from({ length: 400 }, (_, n) =>
      bus.publish(happened, { n }).then(
        () => n,
        (error: unknown) => {
          expect(error).toMatchObject({ outcome: "unknown" });
          return undefined;
        },
      ),
    );
    await Promise.race(outcomes);
    await server.kill();
    await server.start();
    const accepted = (await Promise.all(outcomes)).filter((n) => n !== undefined);
    await waitUntil("all accepted events are handled", 30_000, () => accepted.every((n) => handled.has(n)));
    await bus.publish(happened, { n: 1_000 });
    await waitUntil("the next event is handled", 30_000, () => handled.has(1_000));
  });

  test("keeps delayed events for a listener that is away while the server is killed", async () => {
    const happened = freshEvent();
    const [away, back, publisher] = [makeNode(url), makeNode(url), makeNode(url, { heartbeatSeconds: 1 })];
    await away.bus.listen(happened, () => {}, { name: "traveller" }).start();
    await away.bus.close();
    await publisher.bus.start();
    for (const n of [1, 2]) await publisher.bus.publish(happened, { n }, { delayMs: n * 1_000 });
    await server.control.evaluate("[dets:sync(Table) || Table <- dets:all()]");
    await server.kill();
    await server.start();
    const handled: number[] = [];
    await back.bus.listen(happened, ({ n }) => void handled.push(n), { name: "traveller" }).start();
    await waitUntil("both have arrived", 30_000, () => handled.includes(1) && handled.includes(2));
    await waitUntil("the publisher is back", 30_000, () => publisher.bus.health().healthy);
    await publisher.bus.publish(happened, { n: 3 }, { delayMs: 1 });
    await waitUntil("the next one arrives", 30_000, () => handled.includes(3));
  });

  test("makes everything again when the server comes back empty, and says so", async () => {
    const { bus, reports } = makeNode(url, { heartbeatSeconds: 1 });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "fresh" });
    await bus.start();
    await server.wipe();
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 30_000, () => handled.length === 1);
    expect(reports.filter((report) => report.startsWith("fresh lost its queue"))).toHaveLength(1);
  });

  test("consumes again when its queue was deleted, and says so", async () => {
    const { bus, reports } = makeNode(url);
    const channel = freshChannel();
    const happened = freshEvent(channel);
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "bereft" });
    await bus.start();
    const operator = await connect(url);
    const console = await operator.createChannel();
    await console.deleteQueue(`${channel.address}.${happened.name}::bereft`);
    await operator.close();
    await waitUntil("it is told", 30_000, () => reports.length > 1);
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
    expect(reports).toEqual([
      expect.stringMatching(
        /^bereft lost its channel: the server ended the consumer of .*; was the queue deleted/,
      ),
      expect.stringMatching(/^bereft lost its queue: .* made again, and what it held is gone/),
    ]);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 30_000, () => handled.length === 1);
  });

  test("refuses its start when the queue exists with other arguments, with both in the message", async () => {
    const channel = freshChannel();
    const happened = freshEvent(channel);
    const operator = await connect(url);
    const console = await operator.createChannel();
    const name = `${channel.address}.${happened.name}::drifted`;
    await console.assertQueue(name, { arguments: { "x-queue-type": "quorum", "x-delivery-limit": 3 } });
    const { bus } = makeNode(url);
    bus.listen(happened, () => {}, { name: "drifted" });
    await expect(bus.start()).rejects.toThrow(/PRECONDITION_FAILED.*received .* but current is/);
    await console.deleteQueue(name);
    await operator.close();
  });

  test("refuses a listener that may take longer than the server lets it", async () => {
    const { bus } = makeNode(url, { consumerTimeoutMs: 60_000 });
    bus.listen(freshEvent(), () => {}, { name: "lasting", timeoutMs: 90_000 });
    await expect(bus.start()).rejects.toThrow(/60000 ms.*90000 ms/);
  });

  test("is back when an operator closes its connections", async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "expelled" });
    await bus.start();
    await server.control.evaluate(
      `[rabbit_networking:close_connection(Pid, "tests") || Pid <- rabbit_networking:connections()]`,
    );
    await waitUntil("the loss is noticed", 30_000, () => !bus.health().healthy);
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 30_000, () => handled.length === 1);
  });

  test("holds publishes back while the server is short of memory, and delivers meanwhile", async () => {
    const { bus } = makeNode(url);
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "short" });
    await bus.start();
    const limit = await server.control.evaluate("vm_memory_monitor:get_vm_memory_high_watermark()");
    await server.control.evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.0001)");
    try {
      // The server tells a connection that it is blocked once that publishes.
      const first = bus.publish(happened, { n: 0 }, { timeoutMs: 20_000 });
      const refusals = await waitForRefusal(() => bus.publish(happened, { n: -1 }, { timeoutMs: 100 }));
      expect(refusals).toMatchObject({ code: "PUBLISH_TIMEOUT", outcome: "refused" });
      await server.control.evaluate(`vm_memory_monitor:set_vm_memory_high_watermark(${limit})`);
      await first;
      await bus.publish(happened, { n: 1 });
      await waitUntil("the event is handled", 30_000, () => handled.includes(1));
    } finally {
      await server.control.evaluate(`vm_memory_monitor:set_vm_memory_high_watermark(${limit})`);
    }
  });

  test("holds many events whose wait queue cannot be made, and moves them when it can", async () => {
    const user = { name: "mover", password: "mover" };
    const vhost = decodeURIComponent(new URL(url).pathname.slice(1));
    await server.control.setUser(user);
    await server.control.permit(user, vhost, "^(?!.*wait-)");
    const own = new URL(url);
    own.username = user.name;
    own.password = user.password;
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));
    const { bus, reports } = makeNode(own.href);
    const happened = freshEvent();
    const handled = new Set<number>();
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    bus.listen(
      happened,
      ({ n }, { attempt }) => {
        if (attempt === 1) throw new Error("not yet");
        handled.add(n);
      },
      { name: "moved", concurrency: 20, retry: { immediate: 0, delayed: 1, delayMs: 200, jitter: 0 } },
    );
    await bus.start();
    await Promise.all(numbers.map((n) => bus.publish(happened, { n })));
    const refused = (): number => reports.filter((report) => report.includes("ACCESS_REFUSED")).length;
    await waitUntil("all were refused twice", 30_000, () => refused() >= 2 * numbers.length);
    expect(handled.size).toBe(0);
    await server.control.permit(user, vhost);
    await waitUntil("all are handled", 30_000, () => handled.size === numbers.length);
    expect(warnings).toEqual([]);
  });

  test("says which listener's events a queue does not take that the server has lost half of", async () => {
    const { bus, reports } = makeNode(url, { heartbeatSeconds: 1 });
    const happened = freshEvent();
    bus.listen(
      happened,
      () => {
        throw new Error("not yet");
      },
      { name: "half", retry: { immediate: 0, delayed: 5, delayMs: 500, jitter: 0 } },
    );
    await bus.start();
    await server.control.evaluate("[dets:sync(Table) || Table <- dets:all()]");
    await bus.publish(happened, { n: 1 });
    // The name of a queue that was made less than two seconds ago is not on the disk yet; its events are.
    const waitQueues = `[Q || Q <- rabbit_amqqueue:list(), re:run(element(4, amqqueue:get_name(Q)), "${happened.name}::half.wait-") =/= nomatch]`;
    await waitUntil("its wait queue is there", 30_000, async () => {
      return (await server.control.evaluate(`length(${waitQueues})`)) === "1";
    });
    await server.kill();
    await server.start();
    await waitUntil("the bus is well", 30_000, () => bus.health().healthy);
    await bus.publish(happened, { n: 2 });
    await waitUntil("it is told", 30_000, () => reports.some((report) => report.startsWith("cannot move")));
    expect(reports.join("\n")).toContain(`${happened.name}::half: not confirmed within 10000 ms`);
  });

  test("carries events by TLS, and refuses a server whose certificate nobody vouches for", async () => {
    const { control, certificate } = server;
    const { bus } = makeNode(control.url(), { tls: { ca: certificate?.ca ?? "" } });
    const happened = freshEvent();
    const handled: number[] = [];
    bus.listen(happened, ({ n }) => void handled.push(n), { name: "secret" });
    await bus.start();
    await bus.publish(happened, { n: 1 });
    await waitUntil("the event is handled", 30_000, () => handled.length === 1);
    // At once, whatever the limit is.
    const { bus: careful } = makeNode(control.url(), { connectTimeoutMs: 60_000 });
    await expect(careful.start()).rejects.toThrow(/certificate/);
  });
});

/** Publishes until one is refused for certain: it was not written, since the connection is known to be blocked. */
async function waitForRefusal(publish: () => Promise<unknown>): Promise<unknown> {
  let refusal: unknown;
  await waitUntil("a publish is refused", 30_000, async () => {
    try {
      await publish();
      return false;
    } catch (error) {
      refusal = error;
      return typeof error === "object" && error !== null && Reflect.get(error, "outcome") === "refused";
    }
  });
  return refusal;
}
