import { EventBus, type Failure, LocalBroker, NullBroker, PublishError } from "@eventwright/runtime";
import { expect, test } from "vitest";
import { CancelOrder, CartEmptied, GetTotal, OrderPlaced, StockCounted, StockNamed } from "./shop.js";

function makeBus(options: Partial<ConstructorParameters<typeof EventBus>[0]> = {}): {
  bus: EventBus;
  failures: Failure[];
} {
  const bus = new EventBus({ source: "test", broker: new LocalBroker(), ...options });
  const failures: Failure[] = [];
  bus.onError((failure) => {
    failures.push(failure);
  });
  return { bus, failures };
}

test("event bus: an event reaches a function in the tick of its publish", async () => {
  const { bus } = makeBus();
  const received: unknown[] = [];
  bus.listen(StockCounted, (event, context) => {
    received.push(event, context.envelope.type, context.attempt);
  });
  await bus.start();
  const published = bus.publish(StockCounted, { sku: "a", count: 1 });
  expect(received).toEqual([{ sku: "a", count: 1 }, "stock.StockCounted.v1", 1]);
  const envelope = await published;
  expect(envelope.payload).toEqual({ sku: "a", count: 1 });
  expect(envelope.id).toMatch(/^[0-9a-f-]{36}$/);
  await bus.close();
});

test("event bus: a durable event with parameters is handled and acknowledged", async () => {
  const broker = new LocalBroker();
  const { bus } = makeBus({ broker });
  const received: unknown[] = [];
  bus.listen(
    OrderPlaced,
    async (event, { parameters, envelope }) => {
      await Promise.resolve();
      received.push(event.orderId, parameters.region, envelope.subject);
    },
    { name: "mailer" },
  );
  bus.listen(CartEmptied, () => {}, { name: "carts" });
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 2 }, { region: "eu" });
  await bus.publish(CartEmptied, undefined, { region: "us" });
  await bus.idle();
  expect(received).toEqual(["1", "eu", "1"]);
  expect(await broker.inspect("mailer")).toEqual({ waiting: 0, unsettled: 0, delayed: 0, deadLetters: 0 });
  await bus.close();
});

test("event bus: an invalid payload is refused before anything is sent", async () => {
  const { bus } = makeBus();
  let calls = 0;
  bus.listen(StockCounted, () => {
    calls++;
  });
  await bus.start();
  // @ts-expect-error the count is text
  const refused = bus.publish(StockCounted, { sku: "a", count: "1" });
  await expect(refused).rejects.toMatchObject({
    name: "PublishError",
    code: "PUBLISH_INVALID",
    outcome: "refused",
  });
  await expect(refused).rejects.toThrow(
    "cannot publish StockCounted: invalid StockCounted: /count: expected a number, got a string",
  );
  await expect(refused).rejects.toBeInstanceOf(PublishError);
  expect(calls).toBe(0);
  await bus.close();
});

test("event bus: a command and a query are answered, and a failure has no stack of the other side", async () => {
  const { bus, failures } = makeBus();
  bus.listen({
    contract: CancelOrder,
    handle: (command: CancelOrder) => ({ orderId: command.orderId, refund: 3 }),
  });
  bus.listen({
    contract: GetTotal,
    handle: async (id: string) => {
      if (id === "none") throw new RangeError("no such order");
      return 7;
    },
  });
  await bus.start();
  expect(await bus.send(CancelOrder, { orderId: "9" })).toEqual({ orderId: "9", refund: 3 });
  expect(await bus.ask(GetTotal, "9")).toBe(7);
  await expect(bus.ask(GetTotal, "none")).rejects.toMatchObject({
    code: "REQUEST_FAILED",
    remote: { name: "RangeError", message: "no such order" },
  });
  expect(failures).toHaveLength(1);
  await bus.close();
});

test("event bus: a request without a handler is refused", async () => {
  const { bus } = makeBus();
  await bus.start();
  await expect(bus.ask(GetTotal, "1")).rejects.toMatchObject({ code: "REQUEST_NO_HANDLER" });
  await bus.close();
});

test("null broker: takes everything, checked, and delivers nothing", async () => {
  const { bus } = makeBus({ broker: new NullBroker() });
  let calls = 0;
  bus.listen(StockNamed, () => {
    calls++;
  });
  await bus.start();
  await bus.publish(StockNamed, "a");
  // @ts-expect-error the payload is a number
  await expect(bus.publish(StockNamed, 1)).rejects.toMatchObject({ code: "PUBLISH_INVALID" });
  await bus.close();
  expect(calls).toBe(0);
});
