/// <reference lib="esnext.disposable" preserve="true" />
import type { ListenerOptions } from "./contract/listener.js";
import { BusError } from "./errors.js";
import type { EventContracts } from "./event-types.js";
import type { ActiveListener } from "./listener/active-listener.js";
import type { ListenerSet } from "./listener/listener-set.js";

import {
  isContracts,
  isList,
  type ListenerLike,
  type LooseHandler,
  toRegistration,
} from "./listener/registration.js";
import type { StreamSubscription } from "./stream-subscription.js";

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
    const { openStream } = await import("./stream-subscription.js");
    return openStream(listeners, isList(first) ? first : [first], second);
  }
  const registration = toRegistration(first, typeof second === "function" ? second : undefined, options);
  if (registration.kind !== "event")
    throw new BusError("BUS_FROZEN", "cannot add a request handler: bus is running");
  return new Subscription(listeners, await listeners.subscribe(registration));
}
