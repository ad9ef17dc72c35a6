import { type Broker, LocalBroker, PublishError } from "@eventwright/runtime";
import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus, signal } from "./make-bus.js";
import { OrderPlaced, objectOf, StockCounted, StockNamed, scalar } from "./shop.js";

const region = { region: "eu" } as const;

/** A local broker with some of its calls changed. */
function changed(changes: (broker: LocalBroker) => Partial<Broker>): LocalBroker {
  const broker = new LocalBroker();
  return Object.assign(broker, changes(broker));
}

test("life cycle: close ends also when a broker does not answer, and reports it", async () => {
  const { bus, failures, clock } = makeTimedBus();
  const hanging = changed(() => ({ close: () => new Promise<void>(() => {}) }));
  await bus.start();
  await bus.move("stock", hanging);
  const closed = bus.close();
  await clock.advance(5_000);
  expect(await closed).toEqual({ left: [] });
  expect(failures).toMatchObject([{ error: { code: "BROKER_FAILED" } }]);
  expect(clock.pending).toBe(0);
});

test("life cycle: close flushes publishes that the broker has not accepted yet", async () => {
  const gate = signal();
  const slow = changed((broker) => {
    const publish = broker.publish.bind(broker);
    return {
      publish: async (message) => {
        await gate.promise;
        publish(message);
      },
    };
  });
  const { bus } = makeBus({ broker: slow });
  await bus.start();
  const published = bus.publish(StockNamed, "a");
  let closed = false;
  const closing = bus.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  gate.resolve();
  expect((await published).payload).toBe("a");
  await closing;
});

test("life cycle: idle waits for handlers, queued events, publishes and requests", async () => {
  const { bus } = makeBus();
  const gate = signal();
  let handled = 0;
  bus.listen(
    StockNamed,
    async () => {
      await gate.promise;
      handled++;
    },
    { concurrency: 1 },
  );
  await bus.start();
  await bus.idle();
  for (const name of ["a", "b", "c"]) await bus.publish(StockNamed, name);
  let idle = false;
  const waiting = bus.idle().then(() => {
    idle = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(idle).toBe(false);
  gate.resolve();
  await waiting;
  expect(handled).toBe(3);
  await bus.close();
});

test("life cycle: what a handler published is sent also while the bus closes", async () => {
  const [first, second] = makeBuses(2);
  const heard: string[] = [];
  const gate = signal();
  second?.bus.listen(StockNamed, (name) => void heard.push(name));
  first?.bus.listen(StockCounted, async ({ sku }, context) => {
    await gate.promise;
    await context.publish(StockNamed, sku);
  });
  await first?.bus.start();
  await second?.bus.start();
  await first?.bus.publish(StockCounted, { sku: "last", count: 1 });
  const closed = first?.bus.close();
  gate.resolve();
  expect(await closed).toEqual({ left: [] });
  expect(heard).toEqual(["last"]);
  await second?.bus.close();
});

test("handling: an event whose follow-ups cannot be sent has failed", async () => {
  const refusing = changed((broker) => {
    const publish = broker.publish.bind(broker);
    return {
      publish: (message) => {
        if (message.type === StockNamed.type)
          throw new PublishError("PUBLISH_FULL", "full", { outcome: "refused" });
        publish(message);
      },
    };
  });
  const { bus, failures } = makeBus({ broker: refusing });
  bus.listen(OrderPlaced, async ({ orderId }, context) => void (await context.publish(StockNamed, orderId)), {
    name: "l",
    retry: { immediate: 1, delayed: 0 },
  });
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  await bus.idle();
  expect(failures.map(({ next }) => next)).toEqual(["again", "deadLetter"]);
  expect(failures[0]?.error).toMatchObject({ code: "PUBLISH_FULL" });
  await bus.close();
});

test("handling: a dead letter that cannot be stored is reported, and its event comes again", async () => {
  const { bus, clock, broker, failures } = makeTimedBus();
  const subscribe = broker.subscribe.bind(broker);
  let refuses = true;
  broker.subscribe = async (options, onDelivery) => {
    const subscription = await subscribe(options, onDelivery);
    const deadLetter = subscription.deadLetter.bind(subscription);
    subscription.deadLetter = (delivery, letter) => {
      if (refuses) return Promise.reject(new Error("disk is full"));
      return deadLetter(delivery, letter);
    };
    return subscription;
  };
  let calls = 0;
  bus.listen(
    OrderPlaced,
    () => {
      calls++;
      throw new Error("always");
    },
    { name: "l", retry: { immediate: 0, delayed: 0 } },
  );
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  await clock.advance(0);
  expect(failures.map(({ error }) => String(error))).toEqual(["Error: always", "Error: disk is full"]);
  refuses = false;
  await clock.advance(5_000);
  expect(calls).toBe(2);
  expect(await bus.deadLetters.list("l")).toHaveLength(1);
  await bus.close();
});

test("handling: a retry policy that throws sends the event to the dead letters, and both errors are told", async () => {
  const { bus, failures } = makeBus();
  bus.listen(
    OrderPlaced,
    () => {
      throw new Error("handler");
    },
    {
      name: "l",
      retry: {
        decide: () => {
          throw new Error("policy");
        },
      },
    },
  );
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  expect(failures.map(({ error, next }) => `${error} ${next}`)).toEqual([
    "Error: handler deadLetter",
    "Error: policy deadLetter",
  ]);
  expect(await bus.deadLetters.list("l")).toHaveLength(1);
  await bus.close();
});

test("handling: headers that a channel declares are checked on both sides", async () => {
  const channel = defineChannel({
    name: "headed",
    address: "headed",
    durable: true,
    headers: objectOf({ tenant: "string" }),
  });
  const Headed = defineEvent<string>({
    name: "Headed",
    channel,
    type: "headed",
    version: 1,
    payload: scalar("string"),
  });
  const broker = new LocalBroker();
  const { bus } = makeBus({ broker });
  const heard: string[] = [];
  bus.listen(Headed, (text) => void heard.push(text), { name: "l" });
  await bus.start();
  await expect(bus.publish(Headed, "none")).rejects.toMatchObject({ code: "PUBLISH_INVALID" });
  await bus.publish(Headed, "good", { headers: { tenant: "acme" } });
  broker.publish({
    address: "headed",
    channel: "headed",
    durable: true,
    kind: "event",
    type: "headed",
    attributes: { specversion: "1.0", id: "1", source: "foreign", type: "headed" },
    body: new TextEncoder().encode('"foreign"'),
    expectsReply: false,
    cancelled: false,
    written: false,
  });
  expect(heard).toEqual(["good"]);
  expect(await bus.deadLetters.list("l")).toMatchObject([{ reason: "invalid" }]);
  await bus.close();
});
