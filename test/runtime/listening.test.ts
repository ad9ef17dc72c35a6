import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  BusError,
  EventBus,
  inOrder,
  LocalBroker,
  retry,
  sideBySide,
  weakListener,
} from "@eventwright/runtime";
import {
  type ChannelListener,
  defineChannel,
  defineEvent,
  type EventContract,
  type HandlerContext,
  type Listener,
} from "@eventwright/runtime/contract";
import { deliver } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus, signal } from "./make-bus.js";
import {
  anything,
  CartEmptied,
  OrderPlaced,
  type OrdersParameters,
  StockCounted,
  StockEmptied,
  StockNamed,
} from "./shop.js";

const counted = { sku: "a", count: 1 };

class StockKeeper implements Listener<StockCounted> {
  readonly seen: string[] = [];
  get contract(): EventContract<StockCounted> {
    return StockCounted;
  }
  handle(event: StockCounted): void {
    this.seen.push(event.sku);
  }
}

class Orders implements ChannelListener {
  readonly seen: string[] = [];
  readonly contracts = { onOrderPlaced: OrderPlaced, onCartEmptied: CartEmptied };
  onOrderPlaced(event: OrderPlaced, { parameters }: HandlerContext<OrdersParameters>): void {
    this.seen.push(`${event.orderId} in ${parameters.region}`);
  }
}

test("L1: classes, functions, several contracts and channel listeners; a method keeps its this", async () => {
  const { bus, failures } = makeBus();
  const keeper = new StockKeeper();
  const orders = new Orders();
  const union: unknown[] = [];
  bus.listen(keeper).listen(orders);
  bus.listen([StockCounted, StockNamed], (event) => {
    union.push(typeof event === "string" ? event : event.count);
  });
  bus.listen(StockEmptied, async () => {
    await Promise.resolve();
    union.push("emptied");
  });
  await bus.start();
  await bus.publish(StockCounted, counted);
  await bus.publish(StockNamed, "name");
  await bus.publish(StockEmptied, undefined);
  await bus.publish(OrderPlaced, { orderId: "1", total: 2 }, { region: "us" });
  await bus.idle();
  expect(keeper.seen).toEqual(["a"]);
  expect(orders.seen).toEqual(["1 in us"]);
  expect(union).toEqual([1, "name", "emptied"]);
  expect(failures).toEqual([]);
  await bus.close();
});

test("L1: one function on two contracts hears both, and loses only the one that is ended", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  const hear = (_: unknown, { envelope }: HandlerContext): void => void heard.push(envelope.type);
  await bus.start();
  const first = await bus.subscribe(StockCounted, hear);
  await bus.subscribe(StockNamed, hear);
  await first.close();
  await bus.publish(StockCounted, counted);
  await bus.publish(StockNamed, "x");
  expect(heard).toEqual([StockNamed.type]);
  await bus.close();
});

test("L2: delivery is in order of subscription, also with names that sort otherwise", async () => {
  const { bus } = makeBus();
  const order: string[] = [];
  for (const name of ["z", "a", "m"]) bus.listen(StockCounted, () => void order.push(name), { name });
  await bus.start();
  await bus.publish(StockCounted, counted);
  expect(order).toEqual(["z", "a", "m"]);
  await bus.close();
});

test("L2: a listener removed or added by a handler is so from the next event on", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  let changes: Promise<unknown>[] = [];
  const last: Listener<StockCounted> = { contract: StockCounted, handle: () => void heard.push("last") };
  bus.listen(StockCounted, () => {
    heard.push("first");
    if (changes.length > 0) return;
    changes = [bus.unlisten(last), bus.subscribe(StockCounted, () => void heard.push("new"))];
  });
  bus.listen(last);
  await bus.start();
  const published = [bus.publish(StockCounted, counted), bus.publish(StockCounted, counted)];
  await Promise.all([...published, ...changes]);
  expect(heard).toEqual(["first", "last", "first", "new"]);
  await bus.close();
});

test("L2: the same listener object twice counts once", async () => {
  const { bus } = makeBus();
  const keeper = new StockKeeper();
  bus.listen(keeper).listen(keeper);
  await bus.start();
  await bus.subscribe(keeper);
  await bus.publish(StockCounted, counted);
  expect(keeper.seen).toEqual(["a"]);
  await bus.close();
});

test("L2: an event that a handler publishes is delivered after the one being handled", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  bus.listen(StockCounted, () => void bus.publish(StockNamed, "n"));
  bus.listen([StockCounted, StockNamed], (_, { envelope }) => void heard.push(envelope.type));
  await bus.start();
  await bus.publish(StockCounted, counted);
  expect(heard).toEqual([StockCounted.type, StockNamed.type]);
  await bus.close();
});

test("L3: one failing listener, thrown or rejected, never stops the others", async () => {
  const { bus, failures } = makeBus();
  const heard: string[] = [];
  const thrown = new Error("thrown");
  bus.listen(
    StockCounted,
    () => {
      throw thrown;
    },
    { name: "thrower" },
  );
  bus.listen(StockCounted, () => Promise.reject("rejected"), { name: "rejecter" });
  bus.listen(StockCounted, () => void heard.push("last"));
  await bus.start();
  const envelope = await bus.publish(StockCounted, counted);
  await bus.idle();
  expect(heard).toEqual(["last"]);
  expect(failures).toEqual([
    { error: thrown, listener: "thrower", contract: StockCounted, envelope, attempt: 1, next: "drop" },
    { error: "rejected", listener: "rejecter", contract: StockCounted, envelope, attempt: 1, next: "drop" },
  ]);
  await bus.close();
});

test("L4: hooks by class of error, the most specific first; a hook hands on, or replaces the error", async () => {
  const lines: string[] = [];
  const told: string[] = [];
  const hooked = new EventBus({
    source: "test",
    broker: new LocalBroker(),
    log: (line) => void lines.push(line),
  });
  hooked.onError((failure, next) => {
    told.push(`Error ${String(failure.error)}`);
    next(new TypeError("replaced"));
  }, Error);
  hooked.onError((failure, next) => {
    told.push(`RangeError ${String(failure.error)}`);
    next();
  }, RangeError);
  hooked.onError(() => void told.push("never"), SyntaxError);
  hooked.listen(
    StockNamed,
    (name) => {
      throw name === "range" ? new RangeError("r") : new Error("e");
    },
    { name: "thrower" },
  );
  await hooked.start();
  await hooked.publish(StockNamed, "range");
  await hooked.publish(StockNamed, "other");
  expect(told).toEqual(["RangeError RangeError: r", "Error RangeError: r", "Error Error: e"]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    /^eventwright: failed StockNamed in thrower \(id [-0-9a-f]+, attempt 1\): TypeError: replaced; is dropped$/,
  );
  await hooked.close();
});

test("L4: a hook that fails is logged beside the failure and disturbs nobody", async () => {
  const lines: string[] = [];
  const bus = new EventBus({
    source: "test",
    broker: new LocalBroker(),
    log: (line) => void lines.push(line),
  });
  bus.onError(() => {
    throw new Error("hook");
  });
  let heard = 0;
  bus.listen(StockCounted, () => {
    throw new Error("handler");
  });
  bus.listen(StockCounted, () => void heard++);
  await bus.start();
  await bus.publish(StockCounted, counted);
  expect(heard).toBe(1);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe("eventwright: error hook failed: Error: hook");
  await bus.close();
});

const broken = (): never => {
  throw new Error("broken");
};

test.each<readonly [what: string, thrown: unknown, told: string]>([
  ["text", "no luck", "no luck"],
  ["an object without a prototype", Object.create(null), "something without a text was thrown"],
  ["an object whose text cannot be had", { toString: broken }, "something without a text was thrown"],
  ["a proxy that throws", new Proxy({}, { get: broken, getPrototypeOf: broken }), "something without"],
  ["a text of several lines", new Error("one\n\u2028 two\u0007"), "Error: one two "],
  ["a long text", new Error("x".repeat(5_000)), `Error: ${"x".repeat(993)};`],
])(
  "L4: a handler that throws %s fails alone, and leaves one line and a dead letter",
  async (_what, thrown, told) => {
    const lines: string[] = [];
    const bus = new EventBus({
      source: "test",
      broker: new LocalBroker(),
      log: (line) => void lines.push(line),
    });
    let heard = 0;
    bus.listen(
      OrderPlaced,
      () => {
        throw thrown;
      },
      { name: "thrower", retry: { immediate: 0, delayed: 0 } },
    );
    bus.listen(OrderPlaced, () => void heard++, { name: "other" });
    bus.onError((_failure, next) => next(), RangeError);
    await bus.start();
    await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
    await bus.idle();
    expect(heard).toBe(1);
    expect(lines.filter((line) => line.includes(told))).toHaveLength(1);
    const letters = await bus.deadLetters.list("thrower");
    expect(letters).toHaveLength(1);
    expect(letters[0]?.error?.message.length).toBeLessThanOrEqual(4_000);
    await bus.close();
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
  "L4: asking for another try after %d ms is a failure, for the retry policy",
  async (afterMs) => {
    const { bus, failures } = makeBus();
    bus.listen(OrderPlaced, () => retry({ afterMs }), { name: "asks", retry: { immediate: 1, delayed: 0 } });
    await bus.start();
    await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
    await bus.idle();
    expect(failures.map(({ error, next }) => [Reflect.get(Object(error), "code"), next])).toEqual([
      ["HANDLER_RESULT", "again"],
      ["HANDLER_RESULT", "deadLetter"],
    ]);
    expect(await bus.deadLetters.list("asks")).toMatchObject([{ attempts: 2 }]);
    await bus.close();
  },
);

test("L5: a group shares the work among processes, broadcast gives each a copy", async () => {
  const buses = makeBuses(3);
  const shared: number[] = [];
  const copies: number[] = [];
  for (const [index, { bus }] of buses.entries()) {
    bus.listen(StockCounted, () => void shared.push(index), { name: "worker" });
    bus.listen(StockCounted, () => void copies.push(index), { name: "cache", scope: "broadcast" });
    await bus.start();
  }
  const [first] = buses;
  for (let count = 0; count < 6; count++) await first?.bus.publish(StockCounted, counted);
  expect(shared.toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
  expect(copies.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  for (const { bus } of buses) await bus.close();
});

test("L6: where filters by content; one that throws counts as a failure", async () => {
  const { bus, failures } = makeBus();
  const heard: number[] = [];
  bus.listen(StockCounted, ({ count }) => void heard.push(count), {
    where: ({ count }) => {
      if (count > 2) throw new Error("too many");
      return count === 2;
    },
  });
  await bus.start();
  for (const count of [1, 2, 3]) await bus.publish(StockCounted, { sku: "a", count });
  expect(heard).toEqual([2]);
  expect(failures).toHaveLength(1);
  await bus.close();
});

test("L7: a background listener handles later, away from the publisher, and shares its name's work", async () => {
  const { bus, clock } = makeTimedBus();
  const heard: string[] = [];
  const options = { name: "background", background: true };
  bus.listen(StockCounted, () => void heard.push("one"), options);
  bus.listen(StockCounted, () => void heard.push("two"), options);
  await bus.start();
  await bus.publish(StockCounted, counted);
  await bus.publish(StockCounted, counted);
  expect(heard).toEqual([]);
  await clock.advance(0);
  expect(heard).toEqual(["one", "two"]);
  await bus.close();
});

test("L7: a background event that did not start before close is given back, and no timer stays", async () => {
  const { bus, clock } = makeTimedBus();
  let heard = 0;
  bus.listen(StockCounted, () => void heard++, { background: true });
  await bus.start();
  await bus.publish(StockCounted, counted);
  await bus.close();
  expect(clock.pending).toBe(0);
  await clock.advance(10);
  expect(heard).toBe(0);
});

test("L8: a default listener takes events without one, and can be set and taken back later", async () => {
  const { bus, failures } = makeBus();
  const others: unknown[] = [];
  bus.listen(StockCounted, () => {});
  await bus.start();
  await bus.publish(StockNamed, "before");
  bus.setDefaultListener((event, { contract }) => {
    others.push(contract.name, event);
    if (event === "fails") throw new Error("default");
  });
  await bus.publish(StockNamed, "now");
  await bus.publish(StockCounted, counted);
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
  await bus.publish(StockNamed, "fails");
  bus.setDefaultListener(undefined);
  await bus.publish(StockNamed, "after");
  expect(others).toEqual([
    "StockNamed",
    "now",
    "OrderPlaced",
    { orderId: "1", total: 1 },
    "StockNamed",
    "fails",
  ]);
  expect(failures).toMatchObject([{ listener: "default listener", contract: StockNamed }]);
  await bus.close();
});

test("L8: strict mode refuses to start while nobody handles a contract, and names all", async () => {
  const { bus } = makeBus({ strict: true, contracts: [StockCounted, StockNamed, StockEmptied] });
  bus.listen(StockCounted, () => {});
  await expect(bus.start()).rejects.toMatchObject({
    code: "CONTRACT_UNHANDLED",
    message: "cannot start: nobody handles StockNamed, StockEmptied",
  });
  bus.listen([StockNamed, StockEmptied], () => {});
  await bus.start();
  await bus.close();
});

test("L9: handlers in order stop at the first failure or result", async () => {
  const { bus, failures } = makeBus();
  const steps: string[] = [];
  const step = (name: string) => () => void steps.push(name);
  const fails = (): never => {
    throw new Error("second");
  };
  bus.listen(StockCounted, inOrder(step("a"), fails, step("b")));
  bus.listen(
    StockNamed,
    inOrder(step("c"), () => retry({ afterMs: 60_000 }), step("d")),
  );
  await bus.start();
  await bus.publish(StockCounted, counted);
  await bus.publish(StockNamed, "x");
  await bus.idle();
  expect(steps).toEqual(["a", "c"]);
  expect(failures).toHaveLength(1);
  await bus.close();
});

test("L9: handlers side by side all run, and all their failures are told", async () => {
  const { bus, failures } = makeBus();
  const steps: string[] = [];
  const fails = (name: string) => async (): Promise<void> => {
    throw new Error(name);
  };
  bus.listen(
    StockCounted,
    sideBySide(fails("a"), () => void steps.push("b"), fails("c")),
  );
  await bus.start();
  await bus.publish(StockCounted, counted);
  await bus.idle();
  expect(steps).toEqual(["b"]);
  expect(failures[0]?.error).toMatchObject({ errors: [{ message: "a" }, { message: "c" }] });
  await bus.close();
});

test("L10: a loop over a subscription gets events in order and acknowledges each with the next turn", async () => {
  const { bus, broker } = makeTimedBus();
  await bus.start();
  const subscription = await bus.subscribe(OrderPlaced, { name: "loop" });
  for (const orderId of ["1", "2", "3"])
    await bus.publish(OrderPlaced, { orderId, total: 1 }, { region: "eu" });
  const seen: string[] = [];
  for await (const { event, context } of subscription) {
    seen.push(`${event.orderId} in ${context.parameters.region}`);
    expect(await broker.inspect("loop")).toMatchObject({ unsettled: 1, waiting: 3 - seen.length });
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(["1 in eu", "2 in eu"]);
  await bus.idle();
  expect(await broker.inspect("loop")).toMatchObject({ unsettled: 0, waiting: 1 });
  expect(bus.health().listeners).toEqual([]);
  await bus.close();
});

test("L10: a loop ends when its subscription or the bus closes", async () => {
  const { bus } = makeBus();
  await bus.start();
  const first = await bus.subscribe(StockNamed);
  const second = await bus.subscribe([StockNamed, StockCounted]);
  const loop = async (subscription: AsyncIterable<unknown>): Promise<number> => {
    let turns = 0;
    for await (const _ of subscription) turns++;
    return turns;
  };
  const loops = [loop(first), loop(second)];
  await bus.publish(StockNamed, "x");
  await bus.idle();
  await first.close();
  expect(await loops[0]).toBe(1);
  await bus.publish(StockNamed, "y");
  await bus.close();
  expect(await loops[1]).toBeGreaterThanOrEqual(1);
});

test("L10: all events of a bus, and those that nobody handles, with a bounded buffer", async () => {
  const { bus } = makeBus();
  bus.listen(StockCounted, () => {});
  await bus.start();
  const all = bus.events();
  const unhandled = bus.events({ unhandled: true });
  const newest = bus.events({ capacity: 2 });
  const oldest = bus.events({ capacity: 2, overflow: "dropNewest" });
  await bus.publish(StockCounted, counted);
  await bus.publish(StockNamed, "x");
  await bus.publish(StockNamed, "y");
  await bus.close();
  const read = async (stream: AsyncIterable<{ envelope: { payload: unknown } }>): Promise<unknown[]> => {
    const payloads: unknown[] = [];
    for await (const { envelope } of stream) payloads.push(envelope.payload);
    return payloads;
  };
  expect(await read(all)).toEqual([counted, "x", "y"]);
  expect(await read(unhandled)).toEqual(["x", "y"]);
  expect(await read(newest)).toEqual(["x", "y"]);
  expect(await read(oldest)).toEqual([counted, "x"]);
});

const patternCases: readonly (readonly [pattern: string, address: string, matches: boolean])[] = [
  ["a.b", "a.b", true],
  ["a.b", "a.c", false],
  ["a.*", "a.b", true],
  ["a.*", "a", false],
  ["a.*", "a.b.c", false],
  ["a.#", "a", true],
  ["a.#", "a.b.c", true],
  ["a.#", "b.a", false],
  ["*.b", "a.b", true],
  ["#", "a.b.c", true],
  ["a*", "ab", false],
];

test.for(patternCases)("L11: pattern %s and address %s: %s", async ([pattern, address, matches]) => {
  const { bus } = makeBus();
  const channel = defineChannel({ name: address, address, durable: false });
  const Event = defineEvent<unknown>({ name: "Event", channel, type: "e", version: 1, payload: anything });
  let heard = 0;
  bus.listen(Event, () => void heard++, { address: pattern });
  await bus.start();
  await bus.publish(Event, 1);
  expect(heard).toBe(matches ? 1 : 0);
  await bus.close();
});

test("L11: a listener takes all parameter values, or those it names", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  bus.listen(OrderPlaced, (_, { parameters }) => void heard.push(`all ${parameters.region}`), {
    name: "all",
  });
  bus.listen(OrderPlaced, (_, { parameters }) => void heard.push(`eu ${parameters.region}`), {
    name: "eu",
    parameters: { region: "eu" },
  });
  await bus.start();
  for (const region of ["us", "eu"] as const)
    await bus.publish(OrderPlaced, { orderId: region, total: 1 }, { region });
  await bus.idle();
  expect(heard).toEqual(["all us", "all eu", "eu eu"]);
  await bus.close();
});

test("L12: listeners leave by handle, by object, or all at once; unknown ones are no error", async () => {
  const { bus } = makeBus();
  const keeper = new StockKeeper();
  let heard = 0;
  bus.listen(keeper);
  await bus.start();
  const subscription = await bus.subscribe(StockCounted, () => void heard++);
  await subscription.close();
  await subscription.close();
  await bus.unlisten(new StockKeeper());
  await bus.publish(StockCounted, counted);
  expect([heard, keeper.seen.length]).toEqual([0, 1]);
  await bus.unlisten(keeper);
  await bus.publish(StockCounted, counted);
  expect(keeper.seen).toHaveLength(1);
  await bus.subscribe(keeper);
  await bus.publish(StockCounted, counted);
  expect(keeper.seen).toHaveLength(2);
  await bus.unlistenAll();
  await bus.publish(StockCounted, counted);
  expect(keeper.seen).toHaveLength(2);
  expect(bus.health().listeners).toEqual([]);
  await bus.close();
});

test("L13: a weak listener that is collected leaves the bus by itself", async () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("no gc");
  const { bus } = makeBus();
  const heard: string[] = [];
  await bus.start();
  const kept = new StockKeeper();
  await bus.subscribe(weakListener(bus, kept));
  await (async () => {
    const lost: Listener<StockCounted> = { contract: StockCounted, handle: () => void heard.push("lost") };
    await bus.subscribe(weakListener(bus, lost));
    await bus.publish(StockCounted, counted);
  })();
  expect(heard).toEqual(["lost"]);
  while (bus.health().listeners.length > 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await bus.publish(StockCounted, counted);
  expect(heard).toEqual(["lost"]);
  expect(kept.seen).toHaveLength(2);
  await bus.close();
});

test("L14: one event is delivered to one listener by hand", async () => {
  const listener: Listener<StockCounted> = {
    contract: StockCounted,
    handle: async (event, context) => {
      if (event.count < 0) throw new RangeError("negative");
      await context.publish(StockNamed, event.sku);
    },
  };
  const good = await deliver(listener, StockCounted, counted);
  expect(good.published.map(({ envelope }) => envelope.payload)).toEqual(["a"]);
  expect(good.failures).toEqual([]);
  const bad = await deliver(listener, StockCounted, { sku: "a", count: -1 });
  expect(bad.published).toEqual([]);
  expect(bad.failures).toMatchObject([{ error: { message: "negative" } }]);
  // @ts-expect-error no count
  await expect(deliver(listener, StockCounted, { sku: "a" })).rejects.toMatchObject({
    code: "PUBLISH_INVALID",
  });
});

test("L2: a handler that waits for its own subscription's end does not keep the bus from closing", async () => {
  const { bus } = makeBus({ closeTimeoutMs: 20 });
  const closing = signal<Promise<unknown>>();
  bus.listen(
    StockCounted,
    async () => {
      const closed = bus.close();
      closing.resolve(closed);
      await closed;
    },
    { name: "closer" },
  );
  await bus.start();
  await bus.publish(StockCounted, counted);
  expect(await await closing.promise).toMatchObject({
    left: [{ listener: "closer", contract: "StockCounted" }],
  });
});

test("listening: durable listeners need a name of their own", async () => {
  const { bus } = makeBus();
  bus.listen(OrderPlaced, () => {});
  await expect(bus.start()).rejects.toMatchObject({
    code: "LISTENER_UNNAMED",
    message:
      "cannot listen to OrderPlaced: it has no name, and its channel keeps events by name; set options.name",
  });
  await bus.close();
});

test("listening: what is no listener is refused at once", () => {
  const { bus } = makeBus();
  // @ts-expect-error no handle method
  expect(() => bus.listen({ contract: StockCounted })).toThrow(BusError);
  // @ts-expect-error nothing
  expect(() => bus.listen(undefined)).toThrow(BusError);
  // @ts-expect-error a class
  expect(() => bus.listen(class Mail {})).toThrow("got a function or class; pass an instance of it");
  // @ts-expect-error no function
  expect(() => bus.listen(StockCounted)).toThrow("cannot listen");
  // @ts-expect-error no contract
  expect(() => bus.listen([{ name: "x", kind: "event" }], () => {})).toThrow(
    "expected one of generated code",
  );
  expect(() => bus.listen(StockCounted, () => {}, { concurrency: 0 })).toThrow(
    "concurrency: expected 1 or more, got 0",
  );
  expect(() => bus.listen(StockCounted, () => {}, { name: "" })).toThrow("name");
});

test("L5: two functions of one name on one event each hear it: a name that nobody chose is not shared", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  const listenAs = (text: string): void => {
    const listener = (): void => void heard.push(text);
    bus.listen(StockCounted, listener);
  };
  listenAs("first");
  listenAs("second");
  await bus.start();
  await bus.publish(StockCounted, counted);
  expect(heard).toEqual(["first", "second"]);
  expect(bus.health().listeners.map(({ name }) => name)).toEqual(["listener", "listener-2"]);
  await bus.close();
});

test("L10: an event that no loop has taken when its subscription closes is given back", async () => {
  const { bus, clock } = makeTimedBus();
  await bus.start();
  const untouched = await bus.subscribe(OrderPlaced, { name: "loop" });
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
  await untouched.close();
  await clock.advance(0);
  const again = await bus.subscribe(OrderPlaced, { name: "loop" });
  for await (const { event } of again) {
    expect(event.orderId).toBe("1");
    break;
  }
  await bus.close();
});
