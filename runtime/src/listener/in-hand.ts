import type { Delivery } from "../broker/broker.js";

interface Holder {
  readonly delivery: Delivery;
  readonly left: Promise<void>;
  readonly leave: () => void;
}

/** Ids of events that are being handled, so that the same event that comes twice at once waits for itself. */
export class InHand {
  readonly #holders = new Map<string, Holder>();

  /** Takes an id, or gives what to wait for when another delivery has it. */
  take(id: string, delivery: Delivery): Promise<void> | undefined {
    const holder = this.#holders.get(id);
    if (holder !== undefined) return holder.delivery === delivery ? undefined : holder.left;
    let leave = (): void => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#holders.set(id, { delivery, left, leave });
    return undefined;
  }

  leave(id: string, delivery: Delivery): void {
    const holder = this.#holders.get(id);
    if (holder?.delivery !== delivery) return;
    this.#holders.delete(id);
    holder.leave();
  }
}
