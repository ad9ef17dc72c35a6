import { randomUUID } from "node:crypto";
import type { Bus } from "@eventwright/runtime";
import { type OrderPlacedV2, OrdersPublisher, type OrdersRegion } from "@eventwright/shop-contracts/orders";
import type { Order } from "@eventwright/shop-contracts/shared";
import { price, tell } from "./story.js";

/** The back end: takes orders and says so. */
export class Checkout {
  readonly #orders: OrdersPublisher;

  constructor(bus: Bus) {
    this.#orders = new OrdersPublisher(bus);
  }

  async placeOrder(region: OrdersRegion, email: string, lines: Order["lines"]): Promise<void> {
    const amount = lines.reduce((sum, line) => sum + line.price.amount * line.quantity, 0);
    const event: OrderPlacedV2 = {
      placedAt: new Date().toISOString(),
      order: {
        orderId: randomUUID(),
        status: "placed",
        customer: { customerId: randomUUID(), email },
        lines,
        total: { amount, currency: region === "eu" ? "EUR" : "USD" },
      },
    };
    tell("checkout", `takes an order of ${price(event.order.total)} from ${email}`);
    await this.#orders.orderPlacedV2(event, { region });
  }
}
