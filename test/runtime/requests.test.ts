import { perEvent, RequestError, singleton } from "@eventwright/runtime";
import type { RequestHandler } from "@eventwright/runtime/contract";
import { VirtualClock } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus, signal } from "./make-bus.js";
import { type Cancelled, CancelOrder, GetTotal, StockCounted, StockNamed } from "./shop.js";

class Canceller implements RequestHandler<CancelOrder, Cancelled> {
  get contract(): typeof CancelOrder {
    return CancelOrder;
  }
  handle(command: CancelOrder): Cancelled {
    return { orderId: command.orderId, refund: 1 };
  }
}

const totals = (total: number): RequestHandler<string, number> => ({
  contract: GetTotal,
  handle: () => total,
});

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error("expected a rejection")),
    (error: unknown) => error,
  );
}

test("Q1: a second handler throws at registration and names both; the first stays", async () => {
  const { bus } = makeBus();
  bus.listen(new Canceller());
  class OtherCanceller extends Canceller {}
  expect(() => bus.listen(new OtherCanceller())).toThrow(
    "cannot handle CancelOrder with OtherCanceller: Canceller handles it",
  );
  await bus.start();
  expect(await bus.send(CancelOrder, { orderId: "1" })).toEqual({ orderId: "1", refund: 1 });
  await bus.close();
});

test("Q1: without a handler the caller gets a typed rejection", async () => {
  const { bus } = makeBus();
  await bus.start();
  expect(await rejection(bus.send(CancelOrder, { orderId: "1" }))).toMatchObject({
    code: "REQUEST_NO_HANDLER",
  });
  await bus.close();
});

test("Q1: a command cannot be published as an event", async () => {
  const { bus } = makeBus();
  bus.listen(new Canceller());
  await bus.start();
  // @ts-expect-error a command is no event
  expect(await rejection(bus.publish(CancelOrder, { orderId: "1" }))).toMatchObject({
    code: "PUBLISH_UNKNOWN_CONTRACT",
  });
  await bus.close();
});

test("Q2: replies are typed and checked; a wrong one is the handler's failure", async () => {
  const { bus, failures } = makeBus();
  // @ts-expect-error the reply is text
  bus.listen({ contract: GetTotal, handle: () => "seven" });
  await bus.start();
  expect(await rejection(bus.ask(GetTotal, "1"))).toMatchObject({
    code: "REQUEST_FAILED",
    remote: { name: "PayloadError", code: "PAYLOAD_INVALID" },
  });
  expect(failures).toHaveLength(1);
  await bus.close();
});

test("Q2: a failing handler rejects at the caller with a typed error without its stack, at once", async () => {
  const { bus, failures } = makeBus();
  const secret = Object.assign(new RangeError("no such order"), { code: "NO_ORDER" });
  bus.listen({ contract: GetTotal, handle: () => Promise.reject(secret) });
  await bus.start();
  const error = await rejection(bus.ask(GetTotal, "1"));
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({
    code: "REQUEST_FAILED",
    message: "GetTotal failed at its handler: RangeError: no such order",
    remote: { name: "RangeError", message: "no such order", code: "NO_ORDER" },
  });
  expect(JSON.stringify(error)).not.toContain("requests.test");
  expect(error).not.toHaveProperty("cause");
  expect(failures).toMatchObject([{ error: secret, next: "reply" }]);
  await bus.close();
});

test("Q2: there is always a deadline; a late reply is dropped and nothing stays behind", async () => {
  const { bus, clock } = makeTimedBus({ timeoutMs: 1000 });
  const gate = signal<number>();
  bus.listen({ contract: GetTotal, handle: () => gate.promise });
  await bus.start();
  const first = rejection(bus.ask(GetTotal, "1"));
  const second = rejection(bus.ask(GetTotal, "1", { timeoutMs: 10 }));
  await clock.advance(10);
  expect(await second).toMatchObject({
    code: "REQUEST_TIMEOUT",
    message: "no reply to GetTotal: none came within 10 ms",
  });
  await clock.advance(990);
  expect(await first).toMatchObject({ code: "REQUEST_TIMEOUT" });
  gate.resolve(1);
  await bus.idle();
  expect(clock.pending).toBe(0);
  await bus.close();
});

test("Q2: the caller's signal ends a request", async () => {
  const { bus } = makeBus();
  const gate = signal<number>();
  bus.listen({ contract: GetTotal, handle: () => gate.promise });
  await bus.start();
  const controller = new AbortController();
  const asked = rejection(bus.ask(GetTotal, "1", { signal: controller.signal }));
  controller.abort();
  expect(await asked).toMatchObject({ code: "REQUEST_ABORTED" });
  gate.resolve(1);
  await bus.close();
});

test("Q2: 1,000 requests at once each get their own answer, out of order", async () => {
  const [caller, handler] = makeBuses(2);
  const waiting: (() => void)[] = [];
  handler?.bus.listen({
    contract: GetTotal,
    handle: (id: string) => new Promise<number>((resolve) => waiting.push(() => resolve(Number(id)))),
  });
  await handler?.bus.start();
  await caller?.bus.start();
  const asked = Array.from({ length: 1000 }, (_, id) => caller?.bus.ask(GetTotal, String(id)));
  while (waiting.length < 1000) await Promise.resolve();
  for (const answer of waiting.toReversed()) answer();
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  await caller?.bus.close();
  await handler?.bus.close();
});

test("Q2: a command can be sent without waiting for its reply", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  bus.listen({
    contract: CancelOrder,
    handle: ({ orderId }: CancelOrder) => {
      heard.push(orderId);
      return { orderId, refund: 0 };
    },
  });
  await bus.start();
  const envelope = await bus.post(CancelOrder, { orderId: "1" });
  expect(envelope.type).toBe(CancelOrder.type);
  await bus.idle();
  expect(heard).toEqual(["1"]);
  await bus.close();
});

test("Q2: a request that is open when the bus closes is rejected", async () => {
  const { bus } = makeBus({ closeTimeoutMs: 0 });
  bus.listen({ contract: GetTotal, handle: () => new Promise<number>(() => {}) });
  await bus.start();
  const asked = rejection(bus.ask(GetTotal, "1"));
  await bus.close();
  expect(await asked).toMatchObject({
    code: "REQUEST_ABORTED",
    message: "no reply to GetTotal: bus is closed",
  });
});

test("Q3: what a handler publishes goes out after it has succeeded, in order; nothing when it failed", async () => {
  const { bus, failures } = makeBus();
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  bus.listen(StockCounted, async ({ sku, count }, context) => {
    const envelope = await context.publish(StockNamed, `${sku}1`);
    expect(envelope.headers).toEqual({
      correlationid: context.envelope.id,
      causationid: context.envelope.id,
    });
    await context.publish(StockNamed, `${sku}2`);
    expect(heard).not.toContain(`${sku}1`);
    if (count < 0) throw new Error("negative");
  });
  await bus.start();
  await bus.publish(StockCounted, { sku: "good", count: 1 });
  await bus.publish(StockCounted, { sku: "bad", count: -1 });
  await bus.idle();
  expect(heard).toEqual(["good1", "good2"]);
  expect(failures).toHaveLength(1);
  await bus.close();
});

test("Q3: two handlers at once never mix what they publish", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  const gates = { a: signal(), b: signal() };
  bus.listen(
    StockNamed,
    (name, { envelope }) => void heard.push(`${name} by ${envelope.headers.causationid}`),
  );
  bus.listen(StockCounted, async ({ sku }, context) => {
    await context.publish(StockNamed, sku);
    await (sku === "a" ? gates.a : gates.b).promise;
    if (sku === "a") throw new Error("a fails");
  });
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 1 }, { id: "1" });
  await bus.publish(StockCounted, { sku: "b", count: 1 }, { id: "2" });
  gates.b.resolve();
  gates.a.resolve();
  await bus.idle();
  expect(heard).toEqual(["b by 2"]);
  await bus.close();
});

test("Q3: an invalid event fails in the handler, and a context is of no use after its handler", async () => {
  const { bus, failures } = makeBus();
  let late: () => Promise<unknown> = () => Promise.resolve();
  const heard: string[] = [];
  bus.listen(StockNamed, (name) => void heard.push(name));
  bus.listen(StockCounted, async (_, context) => {
    late = () => context.publish(StockNamed, "late");
    // @ts-expect-error a number
    await context.publish(StockNamed, 1);
  });
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 1 });
  await bus.idle();
  expect(failures).toMatchObject([{ error: { code: "PUBLISH_INVALID" } }]);
  expect(await rejection(late())).toMatchObject({ code: "PUBLISH_CONTEXT_ENDED", outcome: "refused" });
  expect(heard).toEqual([]);
  await bus.close();
});

test("Q4: handlers with their dependencies; a factory gives one per message, a singleton one for all", async () => {
  const { bus } = makeBus();
  let made = 0;
  const factory = async (): Promise<{ handle(id: string): number }> => {
    const number = ++made;
    return { handle: () => number };
  };
  bus.listen(perEvent(GetTotal, factory));
  let singles = 0;
  const counts: number[] = [];
  bus.listen(
    singleton(StockCounted, async () => {
      const number = ++singles;
      return { handle: () => void counts.push(number) };
    }),
  );
  await bus.start();
  expect([await bus.ask(GetTotal, "a"), await bus.ask(GetTotal, "b")]).toEqual([1, 2]);
  await bus.publishMany(StockCounted, [
    { sku: "a", count: 1 },
    { sku: "b", count: 1 },
  ]);
  await bus.idle();
  expect(counts).toEqual([1, 1]);
  await bus.close();
});

test("Q4: a singleton whose factory fails is made again for the next event", async () => {
  const { bus, failures } = makeBus();
  let tries = 0;
  const heard: string[] = [];
  bus.listen(
    singleton(StockNamed, () => {
      if (tries++ === 0) throw new Error("not ready");
      return { handle: (name: string) => void heard.push(name) };
    }),
  );
  await bus.start();
  await bus.publish(StockNamed, "a");
  await bus.idle();
  await bus.publish(StockNamed, "b");
  await bus.idle();
  expect(failures).toHaveLength(1);
  expect(heard).toEqual(["b"]);
  await bus.close();
});

test("Q4: middleware and retry apply to requests as to events; the caller hears of the last try", async () => {
  const { bus, failures } = makeBus({
    middleware: [{ handle: async (_envelope, _contract, next) => Number(await next()) + 1 }],
  });
  let tries = 0;
  bus.listen({
    contract: GetTotal,
    options: { retry: { immediate: 2, delayed: 0 } },
    handle: (id: string) => {
      tries++;
      if (id === "never" || tries < 3) throw new Error(`try ${tries}`);
      return tries;
    },
  });
  await bus.start();
  expect(await bus.ask(GetTotal, "a")).toBe(4);
  tries = 0;
  expect(await rejection(bus.ask(GetTotal, "never"))).toMatchObject({ remote: { message: "try 3" } });
  expect(failures.map(({ next }) => next)).toEqual(["again", "again", "again", "again", "reply"]);
  await bus.close();
});

test("Q5: after start the registrations are frozen", async () => {
  const { bus } = makeBus();
  expect(await rejection(bus.send(CancelOrder, { orderId: "1" }))).toMatchObject({ code: "BUS_NOT_STARTED" });
  expect(await rejection(bus.ask(GetTotal, "1"))).toMatchObject({ code: "BUS_NOT_STARTED" });
  expect(await rejection(bus.subscribe(StockNamed, () => {}))).toMatchObject({ code: "BUS_NOT_STARTED" });
  const starting = bus.start();
  expect(() => bus.listen(totals(1))).toThrow("cannot listen: bus is starting");
  await starting;
  expect(() => bus.listen(totals(1))).toThrow("cannot listen: bus is running");
  // @ts-expect-error a handler of requests is no listener
  expect(await rejection(bus.subscribe(totals(1)))).toMatchObject({ code: "BUS_FROZEN" });
  expect(await rejection(bus.start())).toMatchObject({ code: "BUS_ALREADY_STARTED" });
  await bus.close();
  expect(await rejection(bus.start())).toMatchObject({ code: "BUS_CLOSED" });
  expect(await rejection(bus.send(CancelOrder, { orderId: "1" }))).toMatchObject({ code: "BUS_CLOSED" });
});

test("Q5: starting with no handlers works and says so once", async () => {
  const lines: string[] = [];
  const { bus } = makeBus({ log: (line) => void lines.push(line), clock: new VirtualClock() });
  await bus.start();
  await bus.close();
  expect(lines).toEqual(["eventwright: test starts without listeners and handlers"]);
});
