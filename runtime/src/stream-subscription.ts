import type { AnyEventContract } from "./contract/contract.js";
import type { HandlerContext, ListenerOptions } from "./contract/listener.js";
import type { ActiveListener } from "./listener/active-listener.js";
import { EventStream, type StreamItem } from "./listener/event-stream.js";
import type { ListenerSet } from "./listener/listener-set.js";
import { registerFunction } from "./listener/registration.js";
import { Subscription } from "./subscription.js";

/**
 * Events for one `for await` loop, one at a time: an event is acknowledged when the loop asks for the next. The loop
 * ends when the subscription or the bus closes; leaving it closes the subscription.
 */
export class StreamSubscription<Event, Parameters>
  extends Subscription
  implements AsyncIterable<StreamItem<Event, Parameters>>
{
  readonly #stream: EventStream<StreamItem<Event, Parameters>>;

  /** @internal */
  constructor(
    listeners: ListenerSet,
    listener: ActiveListener,
    stream: EventStream<StreamItem<Event, Parameters>>,
  ) {
    super(listeners, listener);
    this.#stream = stream;
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamItem<Event, Parameters>, undefined> {
    return this.#stream;
  }
}

/** Adds a stream to the listeners at work. @throws BusError */
export async function openStream(
  listeners: ListenerSet,
  contracts: readonly AnyEventContract[],
  options: ListenerOptions | undefined,
): Promise<StreamSubscription<unknown, unknown>> {
  const stream = new EventStream<StreamItem<unknown, unknown>>();
  const handle = (event: unknown, context: HandlerContext<unknown>): unknown =>
    stream.put({ event, context });
  const registration = registerFunction(contracts, handle, { concurrency: 1, ...options });
  const listener = await listeners.subscribe({
    ...registration,
    name: options?.name,
    onEnd: () => stream.end(),
  });
  stream.onEnd = () => listeners.endOne(listener);
  return new StreamSubscription(listeners, listener, stream);
}
