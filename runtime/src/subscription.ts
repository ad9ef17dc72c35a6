/// <reference lib="esnext.disposable" preserve="true" />
import type { AnyEventContract } from "./contract/contract.js";
import type { HandlerContext, ListenerOptions } from "./contract/listener.js";
import { BusError } from "./errors.js";
import type { EventContracts } from "./event-types.js";
import type { ActiveListener } from "./listener/active-listener.js";
import { EventStream, type StreamItem } from "./listener/event-stream.js";
import type { ListenerSet } from "./listener/listener-set.js";
import {
  isContracts,
  isList,
  type ListenerLike,
  type LooseHandler,
  registerFunction,
  toRegistration,
} from "./listener/registration.js";

/** A listener that was subscribed at run time. */
export class Subscription {
  readonly #listeners: ListenerSet;
  readonly #listener: ActiveListener;

  /** @internal */
  constructor(listeners: ListenerSet, listener: ActiveListener) {
    this.#listeners = listeners;
    this.#listener = listener;
  }

  get name(): string {
    return this.#listener.name;
  }

  /** Whether no handler starts until `resume`. */
  get paused(): boolean {
    return this.#listener.runner.paused;
  }

  /**
   * No handler starts from here on; those that run go on. Nothing is given back: events wait, those of durable channels
   * at the broker.
   */
  pause(): void {
    this.#listener.runner.paused = true;
  }

  resume(): void {
    this.#listener.runner.paused = false;
  }

  /**
   * Sets how many handlers may run at once, below what the listener's options say; takes effect as handlers end.
   *
   * @throws BusError `LISTENER_INVALID`
   */
  setConcurrency(concurrency: number): void {
    if (!(concurrency >= 1)) {
      throw new BusError(
        "LISTENER_INVALID",
        `cannot set concurrency of ${this.name}: expected 1 or more, got ${concurrency}`,
      );
    }
    const { runner } = this.#listener;
    runner.concurrency = Math.min(concurrency, runner.listener.concurrency);
  }

  /** What is published from here on does not arrive; resolves when running handlers have ended. Safe to call twice. */
  close(): Promise<void> {
    return this.#listeners.endOne(this.#listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

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

/**
 * Adds a listener or function to those at work, or without either a stream. @internal
 *
 * @throws BusError
 */
export async function subscribe(
  listeners: ListenerSet,
  first: ListenerLike | EventContracts,
  second: LooseHandler | ListenerOptions | undefined,
  options: ListenerOptions | undefined,
): Promise<Subscription | StreamSubscription<unknown, unknown>> {
  if (typeof second !== "function" && isContracts(first)) {
    return openStream(listeners, isList(first) ? first : [first], second);
  }
  const registration = toRegistration(first, typeof second === "function" ? second : undefined, options);
  if (registration.kind !== "event")
    throw new BusError("BUS_FROZEN", "cannot add a request handler: bus is running");
  return new Subscription(listeners, await listeners.subscribe(registration));
}

async function openStream(
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
