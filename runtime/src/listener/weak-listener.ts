import type { EventContract } from "../contract/contract.js";
import type { HandlerContext, HandlerReturn, Listener, ListenerOptions } from "../contract/listener.js";

/** The part of a bus that weak listeners need. */
export interface ListensWeakly {
  unlisten(listener: object): Promise<void>;
}

/**
 * A listener that is held by nobody here: when its object is collected as garbage it leaves the bus by itself. To be
 * given to `listen` or `subscribe` of the same bus.
 */
export function weakListener<Payload, Parameters>(
  bus: ListensWeakly,
  listener: Listener<Payload, Parameters>,
): Listener<Payload, Parameters> {
  return new WeakListener(bus, listener);
}

class WeakListener<Payload, Parameters> implements Listener<Payload, Parameters> {
  readonly contract: EventContract<Payload, Parameters>;
  readonly options: ListenerOptions<Payload, Parameters>;
  readonly #target: WeakRef<Listener<Payload, Parameters>>;
  /** Kept here, so that it lives as long as what it has to end. */
  readonly #collected: FinalizationRegistry<undefined>;

  constructor(bus: ListensWeakly, listener: Listener<Payload, Parameters>) {
    this.contract = listener.contract;
    this.options = { name: listener.constructor.name, ...listener.options };
    this.#target = new WeakRef(listener);
    this.#collected = new FinalizationRegistry(() => void bus.unlisten(this));
    this.#collected.register(listener, undefined);
  }

  handle(event: Payload, context: HandlerContext<Parameters>): HandlerReturn {
    return this.#target.deref()?.handle(event, context);
  }
}
