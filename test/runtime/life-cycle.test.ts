import { type Broker, LocalBroker, LocalStore, PublishError } from "@eventwright/runtime";
import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus, signal } from "./make-bus.js";
import { GetTotal, OrderPlaced, objectOf, StockCounted, StockNamed, scalar } from "./shop.js";

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

test("life cycle: a start that failed keeps no names, and a listener that left can come back by its own", async () => {
  let refuses = true;
  const broker = changed((inner) => {
    const subscribe = inner.subscribe.bind(inner);
    return {
      subscribe: (options, onDelivery) =>
        refuses ? Promise.reject(new Error("no queue")) : subscribe(options, onDelivery),
    };
  });
  class Mailer {
    readonly contract = OrderPlaced;
    readonly seen: string[] = [];
    handle({ orderId }: OrderPlaced): void {
      this.seen.push(orderId);
    }
  }
  const { bus } = makeBus({ broker });
  const mailer = new Mailer();
  bus.listen(mailer);
  await expect(bus.start()).rejects.toThrow("no queue");
  refuses = false;
  await bus.start();
  expect(bus.health().listeners.map(({ name }) => name)).toEqual(["Mailer"]);
  await bus.unlisten(mailer);
  await bus.subscribe(mailer);
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  expect(mailer.seen).toEqual(["1"]);
  await bus.close();
});

test("life cycle: a subscription that becomes active after close is given back and refused", async () => {
  const gate = signal();
  const closed: string[] = [];
  const broker = changed((inner) => {
    const subscribe = inner.subscribe.bind(inner);
    return {
      subscribe: async (options, onDelivery) => {
        await gate.promise;
        const subscription = await subscribe(options, onDelivery);
        const close = subscription.close.bind(subscription);
        subscription.close = () => {
          closed.push(options.name);
          return close();
        };
        return subscription;
      },
    };
  });
  const { bus } = makeBus({ broker });
  await bus.start();
  const late = bus.subscribe(StockNamed, () => {}, { name: "late" });
  const refused = expect(late).rejects.toMatchObject({ code: "BUS_CLOSED" });
  await bus.close();
  gate.resolve();
  await refused;
  expect(closed).toContain("late");
});

test("handling: a broker whose acknowledgement throws is reported, and the listener goes on", async () => {
  const broker = changed((inner) => {
    const subscribe = inner.subscribe.bind(inner);
    return {
      subscribe: async (options, onDelivery) => {
        const subscription = await subscribe(options, onDelivery);
        subscription.ack = () => {
          throw new Error("channel is gone");
        };
        return subscription;
      },
    };
  });
  const { bus, failures } = makeBus({ broker });
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name), { concurrency: 1, name: "l" });
  bus.listen(StockCounted, async () => {}, { name: "async" });
  await bus.start();
  await bus.publish(StockNamed, "a");
  await bus.publish(StockCounted, { sku: "a", count: 1 });
  await bus.idle();
  expect(failures.map(({ error, listener }) => `${listener}: ${error}`)).toEqual([
    "l: Error: channel is gone",
    "async: Error: channel is gone",
  ]);
  expect(heard).toEqual(["a"]);
  await bus.close();
});

test("requests: a second one with the id of one that waits is refused, and the first is answered", async () => {
  const { bus } = makeBus();
  const gate = signal<number>();
  bus.listen({ contract: GetTotal, handle: () => gate.promise });
  await bus.start();
  const first = bus.ask(GetTotal, "a", { id: "same" });
  await expect(bus.ask(GetTotal, "b", { id: "same" })).rejects.toMatchObject({ code: "REQUEST_REFUSED" });
  gate.resolve(7);
  expect(await first).toBe(7);
  await bus.close();
});

test("publishing: ten thousand that wait are sent in order when a broker begins to take them at once", async () => {
  const gate = signal();
  const sent: string[] = [];
  let atOnce = false;
  const broker = changed(() => ({
    publish: (message) => {
      sent.push(new TextDecoder().decode(message.body));
      return atOnce ? undefined : gate.promise;
    },
  }));
  const { bus } = makeBus({ broker, windowEvents: 1 });
  await bus.start();
  const all = Array.from({ length: 10_000 }, (_, n) => bus.publish(StockNamed, String(n)));
  atOnce = true;
  gate.resolve();
  await Promise.all(all);
  expect(sent).toEqual(Array.from({ length: 10_000 }, (_, n) => `"${n}"`));
  await bus.close();
});

test("handling: the late result of an attempt whose time is over does not settle the event for the next one", async () => {
  const { bus, clock, broker } = makeTimedBus();
  const gates = [signal(), signal()];
  bus.listen(
    OrderPlaced,
    async (_, { attempt }) => {
      await gates[attempt - 1]?.promise;
    },
    { name: "late", timeoutMs: 100, retry: { immediate: 1, delayed: 0 } },
  );
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  await clock.advance(100);
  gates[0]?.resolve();
  await clock.advance(1);
  expect(await broker.inspect("late")).toMatchObject({ unsettled: 1 });
  gates[1]?.resolve();
  await bus.idle();
  expect(await broker.inspect("late")).toMatchObject({ unsettled: 0, deadLetters: 0 });
  await bus.close();
});

test("handling: an event of a type that the bus's list does not have ends in the dead letters, unseen", async () => {
  const broker = new LocalBroker();
  const { bus, failures } = makeBus({ broker, contracts: [OrderPlaced] });
  let heard = 0;
  bus.listen(OrderPlaced, () => void heard++, { name: "strict" });
  await bus.start();
  broker.publish({
    address: "shop.orders.eu",
    channel: "orders",
    durable: true,
    kind: "event",
    type: "orders.OrderPlaced.v9",
    attributes: { specversion: "1.0", id: "1", source: "foreign", type: "orders.OrderPlaced.v9" },
    body: new TextEncoder().encode("{}"),
    expectsReply: false,
    cancelled: false,
    written: false,
  });
  expect(heard).toBe(0);
  expect(failures).toMatchObject([{ error: { code: "EVENT_UNKNOWN" }, next: "deadLetter" }]);
  expect(await bus.deadLetters.list("strict")).toMatchObject([{ reason: "unknown", attempts: 1 }]);
  await bus.close();
});

test("handling: what its broker could not read as an event is told from events of unknown types", async () => {
  const broker = new LocalBroker();
  const { bus, failures } = makeBus({ broker, contracts: [OrderPlaced] });
  bus.listen(OrderPlaced, () => {}, { name: "strict" });
  await bus.start();
  broker.publish({
    address: "shop.orders.eu",
    channel: "orders",
    durable: true,
    kind: "event",
    type: "",
    attributes: {},
    body: new TextEncoder().encode("rubbish"),
    expectsReply: false,
    cancelled: false,
    written: false,
  });
  expect(failures).toMatchObject([{ error: { code: "PAYLOAD_MALFORMED" }, next: "deadLetter" }]);
  expect(await bus.deadLetters.list("strict")).toMatchObject([{ reason: "invalid", attempts: 1 }]);
  await bus.close();
});

test("handling: the stack in a dead letter is cut", async () => {
  const { bus } = makeBus();
  bus.listen(
    OrderPlaced,
    () => {
      throw Object.assign(new Error("deep"), { stack: "at depth\n".repeat(10_000) });
    },
    { name: "deep", retry: { immediate: 0, delayed: 0 } },
  );
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  expect((await bus.deadLetters.list("deep"))[0]?.error?.stack).toHaveLength(4000);
  await bus.close();
});

test.for(["a.b", "*", "#", "a b", "{x}", "a\u0000b", ""])(
  "publishing: %j is no value for a parameter, whatever its schema",
  async (value) => {
    const open = defineChannel<{ readonly tenant: string }>({
      name: "open",
      address: "open.{tenant}",
      durable: false,
    });
    const Opened = defineEvent<string, { readonly tenant: string }>({
      name: "Opened",
      channel: open,
      type: "opened",
      version: 1,
      payload: scalar("string"),
    });
    const { bus } = makeBus();
    let heard = 0;
    bus.listen(Opened, () => void heard++);
    await bus.start();
    await expect(bus.publish(Opened, "x", { tenant: value })).rejects.toMatchObject({
      code: "PUBLISH_INVALID",
    });
    await bus.publish(Opened, "x", { tenant: "$&-ü" });
    expect(heard).toBe(1);
    await bus.close();
  },
);

test("handling: what a bus without checks has sent does not reach a handler of a bus that checks", async () => {
  const store = new LocalStore();
  const { bus: sender } = makeBus({ broker: new LocalBroker({ store }), validate: false });
  const { bus: receiver, failures } = makeBus({ broker: new LocalBroker({ store }) });
  const heard: unknown[] = [];
  receiver.listen(StockCounted, (event) => void heard.push(event));
  await receiver.start();
  await sender.start();
  // @ts-expect-error the count is text
  await sender.publish(StockCounted, { sku: "a", count: "1" });
  await sender.publish(StockCounted, { sku: "b", count: 1 });
  expect(heard).toEqual([{ sku: "b", count: 1 }]);
  expect(failures).toMatchObject([
    { error: { code: "PAYLOAD_INVALID", direction: "receive" }, next: "drop" },
  ]);
  await sender.close();
  await receiver.close();
});

test("life cycle: close names exactly those handlers that still run", async () => {
  const { bus, clock } = makeTimedBus();
  const gates = [signal(), signal(), signal()];
  bus.listen(StockCounted, ({ count }) => gates[count]?.promise, { name: "l" });
  await bus.start();
  for (const count of [0, 1, 2]) await bus.publish(StockCounted, { sku: "a", count }, { id: `id-${count}` });
  gates[1]?.resolve();
  await clock.advance(0);
  const closed = bus.close({ timeoutMs: 10 });
  await clock.advance(10);
  expect((await closed).left.map(({ id }) => id)).toEqual(["id-0", "id-2"]);
});

test("dead letters: one is replayed to another channel, and is gone from its listener once it was taken", async () => {
  const { bus } = makeBus();
  const rescue = defineChannel<{ readonly desk: string }>({
    name: "rescue",
    address: "rescue.{desk}",
    durable: true,
  });
  const rescued: string[] = [];
  bus.listen(
    OrderPlaced,
    () => {
      throw new Error("always");
    },
    { name: "breaks", retry: { immediate: 0, delayed: 0 } },
  );
  bus.listen(OrderPlaced, ({ orderId }) => void rescued.push(orderId), {
    name: "rescuer",
    address: "rescue.*",
  });
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, region);
  const [letter] = await bus.deadLetters.list("breaks");
  const id = letter?.id ?? "";
  await expect(bus.deadLetters.replayTo("breaks", id, rescue, { desk: "*" })).rejects.toMatchObject({
    code: "PUBLISH_INVALID",
  });
  expect(await bus.deadLetters.replayTo("breaks", "unknown", rescue, { desk: "one" })).toBe(false);
  expect(await bus.deadLetters.replayTo("breaks", id, rescue, { desk: "one" })).toBe(true);
  expect(rescued).toEqual(["1"]);
  expect(await bus.deadLetters.list("breaks")).toEqual([]);
  await bus.close();
});

test("life cycle: no handler starts after a close that was called during the start", async () => {
  const gate = signal();
  const opening = signal();
  const store = new LocalStore();
  const slow = new LocalBroker({ store });
  const subscribe = slow.subscribe.bind(slow);
  let opened = 0;
  slow.subscribe = async (...args) => {
    if (++opened === 2) {
      opening.resolve();
      await gate.promise;
    }
    return subscribe(...args);
  };
  const { bus } = makeBus({ broker: slow });
  const { bus: other } = makeBus({ broker: new LocalBroker({ store }) });
  const handled: string[] = [];
  bus.listen(StockNamed, (name) => void handled.push(name), { name: "first" });
  bus.listen(StockNamed, (name) => void handled.push(name), { name: "second" });
  await other.start();
  const started = bus.start();
  await opening.promise;
  await other.publish(StockNamed, "before");
  const closed = bus.close();
  await other.publish(StockNamed, "after");
  gate.resolve();
  await Promise.allSettled([started, closed]);
  await other.publish(StockNamed, "later");
  expect(handled).toEqual(["before"]);
  await other.close();
});

test("life cycle: close ends although a start still waits for its server, and ends that start", async () => {
  const opening = signal();
  const ended = signal();
  const waiting = changed(() => ({
    subscribe: async () => {
      opening.resolve();
      await ended.promise;
      throw new Error("broker is closed");
    },
    close: async () => ended.resolve(),
  }));
  const { bus, clock } = makeTimedBus({ broker: waiting });
  bus.listen(StockNamed, () => {}, { name: "waiting" });
  const failure = bus.start().catch((error: unknown) => error);
  await opening.promise;
  const closed = bus.close({ timeoutMs: 500 });
  await clock.advance(500);
  expect(await closed).toEqual({ left: [] });
  expect(await failure).toMatchObject({ message: "broker is closed" });
  expect(clock.pending).toBe(0);
});
