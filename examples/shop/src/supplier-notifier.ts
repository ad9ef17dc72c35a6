import { type OrderPlacedV2, OrderPlacedV2Listener } from "@eventwright/shop-contracts/orders";
import { tell } from "./story.js";

export class SupplierNotifier extends OrderPlacedV2Listener {
  override handle({ order }: OrderPlacedV2): void {
    const pieces = order.lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", ");
    tell("supplier notifier", `orders ${pieces}`);
  }
}
