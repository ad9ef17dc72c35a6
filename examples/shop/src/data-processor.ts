import type { HandlerContext } from "@eventwright/runtime";
import { AnalyticsPublisher } from "@eventwright/shop-contracts/analytics";
import {
  type OrderPlacedV2,
  OrderPlacedV2Listener,
  type OrdersParameters,
} from "@eventwright/shop-contracts/orders";
import { tell } from "./story.js";

/** Takes names and addresses out of an order and passes the rest on, over a channel of its own. */
export class DataProcessor extends OrderPlacedV2Listener {
  override async handle(
    { order, placedAt }: OrderPlacedV2,
    context: HandlerContext<OrdersParameters>,
  ): Promise<void> {
    tell("data processor", "cleans the order and passes it on");
    // Published through the context: sent only once this handler has succeeded.
    await new AnalyticsPublisher(context).orderObserved({
      orderId: order.orderId,
      region: context.parameters.region,
      hour: new Date(placedAt).getUTCHours(),
      pieces: order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
      total: order.total,
    });
  }
}
