import { type OrderPlacedV2, OrderPlacedV2Listener } from "@eventwright/shop-contracts/orders";
import { price, tell } from "./story.js";

export class ConfirmationMailer extends OrderPlacedV2Listener {
  override handle({ order }: OrderPlacedV2): void {
    tell("mailer", `writes to ${order.customer.email}: thank you, ${price(order.total)}`);
  }
}
