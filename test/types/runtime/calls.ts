/**
 * What the compiler says of calls to the runtime. Nothing here runs: each wrong call is marked, and a mark without an
 * error fails the build.
 */
import {
  type Envelope,
  type EventBus,
  inOrder,
  perEvent,
  type StreamItem,
  singleton,
  type Tracker,
  upcast,
  weakListener,
} from "@eventwright/runtime";
import type {
  ChannelListener,
  EventContract,
  HandlerContext,
  Listener,
  RequestHandler,
} from "@eventwright/runtime/contract";
import { deliver, type TestBroker } from "@eventwright/runtime/testing";
import {
  type Cancelled,
  CancelOrder,
  CartEmptied,
  GetTotal,
  OrderPlaced,
  type OrdersParameters,
  StockCounted,
  StockEmptied,
  StockNamed,
} from "../../runtime/shop.js";

/** Fails to compile unless both types are the same. */
type Same<Left, Right> =
  (<Type>() => Type extends Left ? 1 : 2) extends <Type>() => Type extends Right ? 1 : 2 ? true : never;
function same<Left, Right>(_proof: Same<Left, Right>): void {}

const placed: OrderPlaced = { orderId: "1", total: 1 };

export async function publishing(bus: EventBus): Promise<void> {
  const envelope = await bus.publish(OrderPlaced, placed, { region: "eu" });
  same<typeof envelope, Envelope<OrderPlaced>>(true);
  await bus.publish(
    OrderPlaced,
    placed,
    { region: "eu" },
    { id: "1", headers: { tenant: "a" }, timeoutMs: 1 },
  );
  await bus.publish(OrderPlaced, placed, { region: "eu" }, undefined);
  await bus.publish(StockEmptied, undefined);
  await bus.publish(CartEmptied, undefined, { region: "us" });
  await bus.publish(StockNamed, "text", { id: "1" });

  // @ts-expect-error the total is text
  await bus.publish(OrderPlaced, { orderId: "1", total: "1" }, { region: "eu" });
  // @ts-expect-error the total is missing
  await bus.publish(OrderPlaced, { orderId: "1" }, { region: "eu" });
  // @ts-expect-error an undeclared member
  await bus.publish(OrderPlaced, { orderId: "1", total: 1, extra: true }, { region: "eu" });
  // @ts-expect-error an empty payload
  await bus.publish(OrderPlaced, {}, { region: "eu" });
  // @ts-expect-error a payload where there is none
  await bus.publish(StockEmptied, 1);
  // @ts-expect-error no such region
  await bus.publish(OrderPlaced, placed, { region: "de" });
  // @ts-expect-error the parameter is missing
  await bus.publish(OrderPlaced, placed, {});
  // @ts-expect-error all parameters are missing
  await bus.publish(OrderPlaced, placed);
  // @ts-expect-error parameters where there are none
  await bus.publish(StockNamed, "text", { region: "eu" });
  // @ts-expect-error an unknown option
  await bus.publish(StockNamed, "text", { timeout: 1 });
  // @ts-expect-error a header that is no text
  await bus.publish(StockNamed, "text", { headers: { tenant: 1 } });
  // @ts-expect-error a command is no event
  await bus.publish(CancelOrder, { orderId: "1" });
  // @ts-expect-error a query is no event
  await bus.publish(GetTotal, "1");
  // @ts-expect-error one payload of the wrong type
  await bus.publishMany(StockNamed, ["a", 1]);
  // @ts-expect-error one id for many events
  await bus.publishMany(StockNamed, ["a"], { id: "1" });
}

export async function requesting(bus: EventBus): Promise<void> {
  const cancelled = await bus.send(CancelOrder, { orderId: "1" });
  same<typeof cancelled, Cancelled>(true);
  const total = await bus.ask(GetTotal, "1", { timeoutMs: 1 });
  same<typeof total, number>(true);
  const envelope = await bus.post(CancelOrder, { orderId: "1" });
  same<typeof envelope, Envelope<CancelOrder>>(true);

  // @ts-expect-error an event is no command
  await bus.send(StockNamed, "a");
  // @ts-expect-error a query is asked, not sent
  await bus.send(GetTotal, "1");
  // @ts-expect-error a command is sent, not asked
  await bus.ask(CancelOrder, { orderId: "1" });
  // @ts-expect-error a query always has an answer
  await bus.post(GetTotal, "1");
  // @ts-expect-error the order's id is missing
  await bus.send(CancelOrder, {});
}

export function listening(bus: EventBus): void {
  bus.listen(OrderPlaced, (event, context) => {
    same<typeof event, OrderPlaced>(true);
    same<typeof context, HandlerContext<OrdersParameters>>(true);
  });
  bus.listen([StockCounted, StockNamed], (event) => same<typeof event, StockCounted | string>(true));
  bus.listen({ contract: StockCounted, handle: ({ count }) => same<typeof count, number>(true) });
  bus.listen(OrderPlaced, () => {}, { where: ({ total }) => total > 1, parameters: { region: "eu" } });
  bus.listen(StockNamed, async () => {});
  bus.listen({ contract: GetTotal, handle: (id) => id.length });
  bus.listen({ contract: CancelOrder, handle: async ({ orderId }) => ({ orderId, refund: 1 }) });

  // @ts-expect-error a handler of another event
  bus.listen(OrderPlaced, (event: StockCounted) => void event);
  // @ts-expect-error a listener of another event
  bus.listen({ contract: OrderPlaced, handle: (event: StockCounted) => void event });
  // @ts-expect-error a handler of one event for several
  bus.listen([StockCounted, StockNamed], (event: StockCounted) => void event);
  // @ts-expect-error a command needs a handler object
  bus.listen(CancelOrder, () => {});
  // @ts-expect-error the reply is text
  bus.listen({ contract: GetTotal, handle: () => "7" });
  // @ts-expect-error the reply lacks the refund
  bus.listen({ contract: CancelOrder, handle: ({ orderId }: CancelOrder) => ({ orderId }) });
  // @ts-expect-error a query must be answered
  bus.listen({ contract: GetTotal, handle: () => {} });
  // @ts-expect-error the filter is of another event
  bus.listen(StockCounted, () => {}, { where: (event: OrderPlaced) => event.total > 1 });
  // @ts-expect-error no such region
  bus.listen(OrderPlaced, () => {}, { parameters: { region: "de" } });
  // @ts-expect-error no such scope
  bus.listen(OrderPlaced, () => {}, { scope: "everybody" });
  // @ts-expect-error no such result
  bus.listen(OrderPlaced, () => ({ kind: "later" }));
  bus.listen(OrderPlaced, (event) => {
    // @ts-expect-error the payload is read only
    event.total = 2;
  });
}

/** What generated base classes look like. */
export abstract class OrderPlacedListener implements Listener<OrderPlaced, OrdersParameters> {
  get contract(): typeof OrderPlaced {
    return OrderPlaced;
  }
  abstract handle(event: OrderPlaced, context: HandlerContext<OrdersParameters>): void | Promise<void>;
}

class Mailer extends OrderPlacedListener {
  override async handle({ orderId }: OrderPlaced, context: HandlerContext<OrdersParameters>): Promise<void> {
    same<typeof context.parameters.region, "eu" | "us">(true);
    await context.publish(StockNamed, orderId);
    // @ts-expect-error a number is no text
    await context.publish(StockNamed, 1);
    // @ts-expect-error a command is no event
    await context.publish(CancelOrder, { orderId });
    const total = await context.ask(GetTotal, orderId);
    same<typeof total, number>(true);
  }
}

class Orders implements ChannelListener {
  readonly contracts = { onOrderPlaced: OrderPlaced, onCartEmptied: CartEmptied };
  onOrderPlaced(_event: OrderPlaced): void {}
}

class Counter implements Listener<StockCounted> {
  readonly contract = StockCounted;
  handle(_event: StockCounted): void {}
}

class Total implements RequestHandler<string, number> {
  readonly contract = GetTotal;
  handle(id: string): number {
    return id.length;
  }
}

export const canceller: RequestHandler<CancelOrder, Cancelled> = {
  contract: CancelOrder,
  // @ts-expect-error the reply is text
  handle: () => "cancelled",
};

declare const StockListed: EventContract<{
  readonly kind: "full" | "part";
  readonly skus: readonly [string, ...string[]];
}>;

export async function others(bus: EventBus, tracker: Tracker, broker: TestBroker): Promise<void> {
  bus.listen(new Mailer()).listen(new Orders());
  for (const listener of [new Mailer(), new Orders(), new Counter(), new Total()]) bus.listen(listener);
  for (const listener of [new Mailer(), new Orders(), new Counter()]) await bus.subscribe(listener);
  // @ts-expect-error one of them replies with text
  for (const listener of [new Mailer(), { contract: GetTotal, handle: () => "7" }]) bus.listen(listener);
  // @ts-expect-error one of them is no listener
  for (const listener of [new Mailer(), new Date()]) bus.listen(listener);
  // @ts-expect-error one of them handles a query
  for (const listener of [new Mailer(), new Total()]) await bus.subscribe(listener);
  // @ts-expect-error no contract
  bus.listen(new Date());
  await bus.subscribe(weakListener(bus, new Mailer()));
  const stream = await bus.subscribe([StockCounted, StockNamed]);
  for await (const item of stream) {
    same<typeof item.event, StockCounted | string>(true);
    const narrowed: StreamItem<StockCounted | string, unknown> = item;
    void narrowed;
  }
  const seen = await tracker.waitFor(StockCounted, { where: ({ count }) => count > 1 });
  same<typeof seen, Envelope<StockCounted>>(true);
  const published = broker.assertPublished(OrderPlaced, ({ total }) => total > 1);
  same<typeof published.payload, OrderPlaced>(true);
  await deliver(new Mailer(), OrderPlaced, placed, { region: "eu" });
  // @ts-expect-error the parameters are missing
  await deliver(new Mailer(), OrderPlaced, placed);
  upcast(StockNamed, StockCounted, (sku) => ({ sku, count: 1 }));
  // @ts-expect-error the count is missing
  upcast(StockNamed, StockCounted, (sku) => ({ sku }));
  upcast(StockNamed, StockListed, (sku) => ({ kind: "full", skus: [sku] }));
  // @ts-expect-error no such kind
  upcast(StockNamed, StockListed, (sku) => ({ kind: "half", skus: [sku] }));
  // @ts-expect-error no item
  upcast(StockNamed, StockListed, () => ({ kind: "full", skus: [] }));
  bus.listen(perEvent(OrderPlaced, () => new Mailer()));
  bus.listen(singleton(GetTotal, async () => ({ handle: (id: string) => id.length })));
  // @ts-expect-error made for another event
  bus.listen(perEvent(StockNamed, () => new Mailer()));
  bus.listen(
    StockNamed,
    inOrder((name: string) => void name),
  );
}
