/** What does not fit a contract does not compile. Checked by `npm run types`; nothing here runs. */
import type { Envelope, HandlerContext } from "@eventwright/runtime/contract";
import {
  CancelOrder,
  type CancelOrderReply,
  JobsPublisher,
  type Order,
  OrderPlaced,
  type OrderPlacedV2,
  OrdersPublisher,
} from "../../golden/orders/js/index.js";

declare const context: HandlerContext;
const region = { region: "eu" } as const;
const orderId = "5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b";

/** Handlers publish through their context. */
const orders = new OrdersPublisher(context);

export const placed: Promise<Envelope<OrderPlaced>> = orders.orderPlaced({ orderId }, region);
export const emptied: Promise<Envelope<undefined>> = orders.cartEmptied(region, {
  headers: { session: "s" },
});
export const cancelled: Promise<CancelOrderReply> = orders.cancelOrder(orderId, region, { timeoutMs: 5 });
export const forgotten: Promise<void> = orders.forgetCustomer("c", region);
export const found: Promise<Order> = orders.getOrder(orderId, region);
export const ran: Promise<void> = new JobsPublisher(context).runJobs({ headers: { tenant: "t" } });

// @ts-expect-error a required member is missing
orders.orderPlaced({}, region);
// @ts-expect-error a member has the wrong type
orders.orderPlaced({ orderId: 1 }, region);
// @ts-expect-error a member is unknown
orders.orderPlaced({ orderId, colour: "red" }, region);
// @ts-expect-error an optional member is left out rather than undefined
orders.orderPlaced({ orderId, note: undefined }, region);
// @ts-expect-error the address needs its parameters
orders.orderPlaced({ orderId });
// @ts-expect-error a parameter has no such value
orders.orderPlaced({ orderId }, { region: "mars" });
// @ts-expect-error an event without payload takes none
orders.cartEmptied({}, region);
// @ts-expect-error another event's payload
orders.orderPlacedV2({ orderId }, region);
// @ts-expect-error a channel without parameters takes none
new JobsPublisher(context).runJobs(region);
// @ts-expect-error an option is unknown
orders.cartEmptied(region, { colour: "red" });
// @ts-expect-error a header is text
orders.cartEmptied(region, { headers: { session: 1 } });
// @ts-expect-error a required header is missing
new JobsPublisher(context).runJobs({ headers: {} });
// @ts-expect-error and so are the options that hold it
new JobsPublisher(context).runJobs();
// @ts-expect-error a command is sent, not published
context.publish(CancelOrder, orderId, region);
// @ts-expect-error an event is published, not sent
context.send(OrderPlaced, { orderId }, region);

declare const order: OrderPlacedV2;
// @ts-expect-error payloads are readonly
order.orderId = "";
// @ts-expect-error at every depth
order.total.amount = 1;
// @ts-expect-error and so are their lists
order.lines.push({ sku: "a", count: 1 });
