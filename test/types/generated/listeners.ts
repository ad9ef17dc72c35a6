/** Listeners and handlers take what their contract carries. Checked by `npm run types`; nothing here runs. */
import type {
  AnyContract,
  ChannelListener,
  HandlerContext,
  HandlerReturn,
  Listener,
  ListenerOptions,
  RequestHandler,
} from "@eventwright/runtime/contract";
import {
  CancelOrderHandler,
  type CancelOrderReply,
  type CartEmptied,
  contracts,
  type EventMap,
  GetOrderHandler,
  type Order,
  type OrderPlaced,
  OrderPlacedListener,
  OrdersListener,
  type OrdersParameters,
} from "../../golden/orders/js/index.js";

class Receipts extends OrderPlacedListener {
  override readonly options: ListenerOptions<OrderPlaced, OrdersParameters> = {
    name: "receipts",
    where: (event) => event.orderId !== "",
    parameters: { region: "eu" },
  };

  async handle(event: OrderPlaced, context: HandlerContext<OrdersParameters>): Promise<void> {
    const region: "eu" | "us" = context.parameters.region;
    await Promise.resolve([event.note, region]);
  }
}

/** A handler may ignore what it is given. */
class Deaf extends OrderPlacedListener {
  handle(): void {}
}

class Cancel extends CancelOrderHandler {
  handle(orderId: string): CancelOrderReply {
    return { refunded: { amount: orderId.length, currency: "EUR" } };
  }
}

class Everything extends OrdersListener {
  override readonly options: NonNullable<OrdersListener["options"]> = {
    where: (event) => event === undefined || event.orderId !== "",
  };

  override onOrderPlaced(event: OrderPlaced): HandlerReturn {
    return { kind: "drop", reason: event.orderId };
  }
}

export const listener: Listener<OrderPlaced, OrdersParameters> = new Receipts();
export const deaf: Listener<OrderPlaced, OrdersParameters> = new Deaf();
export const handler: RequestHandler<string, CancelOrderReply, OrdersParameters> = new Cancel();
export const channelListener: ChannelListener = new Everything();
export const all: readonly AnyContract[] = contracts;

// @ts-expect-error a base class is nothing by itself
new OrderPlacedListener();
// @ts-expect-error `handle` is missing
export class NoHandle extends OrderPlacedListener {}
export class WrongEvent extends OrderPlacedListener {
  // @ts-expect-error another event
  handle(event: number): void {
    event.toFixed();
  }
}
export class WrongReply extends CancelOrderHandler {
  // @ts-expect-error not the contract's reply
  handle(): string {
    return "";
  }
}
export class NoReply extends GetOrderHandler {
  // @ts-expect-error a query is always answered
  handle(): void {}
}
export class WrongReturn extends OrderPlacedListener {
  // @ts-expect-error a listener answers nothing but what to do with the delivery
  handle(): string {
    return "";
  }
}
export class WrongMethod extends OrdersListener {
  // @ts-expect-error the channel has no such event
  override onOrderLost(): void {}
}

/** The event map looks payload types up by name. */
export const byName: EventMap["CartEmptied"] = undefined satisfies CartEmptied;
export type Names = keyof EventMap;
export const names: readonly Names[] = ["CartEmptied", "OrderPlaced", "OrderPlacedV2"];
// @ts-expect-error commands are no events
export const noEvent: Names = "CancelOrder";
export type Answer = Order;
