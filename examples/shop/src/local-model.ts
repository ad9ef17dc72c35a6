import { type OrderObserved, OrderObservedListener } from "@eventwright/shop-contracts/analytics";
import { tell } from "./story.js";

/** A very small model: the mean number of pieces in an order, by region. */
export class LocalModel extends OrderObservedListener {
  /** Every instance learns from every order. */
  override readonly options = { scope: "broadcast" } as const;
  readonly #seen = new Map<string, { orders: number; pieces: number }>();

  override handle({ region, pieces }: OrderObserved): void {
    const seen = this.#seen.get(region) ?? { orders: 0, pieces: 0 };
    const next = { orders: seen.orders + 1, pieces: seen.pieces + pieces };
    this.#seen.set(region, next);
    tell(
      "local model",
      `expects ${(next.pieces / next.orders).toFixed(1)} pieces for the next order from ${region}`,
    );
  }
}
