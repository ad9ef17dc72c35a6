import type { BrokerSubscription } from "../broker/broker.js";
import type { AnyContract } from "../contract/contract.js";
import { deliverTold, handleTold, tell } from "../diagnostics.js";
import type { LiveMessage } from "../publish/live-message.js";
import type { Attempts } from "./attempts.js";
import { type Gateway, HandlerRun } from "./handler-run.js";
import type { BoundHandler, ResolvedListener } from "./registration.js";
import type { RunnerHost } from "./runner-host.js";
import type { Settlement } from "./settlement.js";

/**
 * The way of an event of this bus to a handler before which nothing stands: no filter, inbox, limit or middleware.
 * When the handler returns nothing there is nothing to account for; all else goes on as on the long way.
 */
export class StraightWay {
  readonly #listener: ResolvedListener;
  readonly #gateway: Gateway;
  readonly #attempts: Attempts;
  readonly #settlement: Settlement;
  /** Events come in bursts of one kind: the last look-up is kept. */
  #lastContract: AnyContract | undefined;
  #lastHandler: BoundHandler | undefined;
  /** Whether that handler takes the event itself as its context. */
  #shares = false;

  constructor(listener: ResolvedListener, host: RunnerHost, attempts: Attempts) {
    this.#listener = listener;
    this.#gateway = host.gateway;
    this.#attempts = attempts;
    this.#settlement = attempts.settlement;
  }

  /** Whether it took the event: one of another bus, or that is not listened to, goes the long way. */
  take(event: LiveMessage, subscription: BrokerSubscription): boolean {
    if (!event.isFrom(this.#gateway)) return false;
    const { contract } = event;
    if (contract !== this.#lastContract) this.#find(contract);
    const handler = this.#lastHandler;
    if (handler === undefined) return false;
    if (this.#shares && !deliverTold.hasSubscribers) this.#handleShared(event, subscription, handler);
    else this.#handle(event, subscription, handler);
    return true;
  }

  #find(contract: AnyContract): void {
    this.#lastContract = contract;
    this.#lastHandler = this.#listener.handlers.get(contract);
    // A time limit aborts the signal of one handler alone.
    this.#shares = this.#lastHandler?.contextless === true && this.#listener.timeoutMs === undefined;
  }

  #handle(event: LiveMessage, subscription: BrokerSubscription, handler: BoundHandler): void {
    const run = this.#runOf(event, subscription, handler);
    if (deliverTold.hasSubscribers) tell("eventwright:deliver", () => this.#settlement.describe(run));
    let result: unknown;
    try {
      result = handler.handle(payloadOf(event, handler), run);
    } catch (error) {
      this.#settlement.fail(run, error);
      return;
    }
    if (result !== undefined || run.outbox !== undefined || handleTold.hasSubscribers) {
      this.#attempts.conclude(run, result);
      return;
    }
    run.ended = true;
    this.#settlement.acknowledge(event, subscription);
  }

  /** With the event as the context: a run is made only for what has to be followed. */
  #handleShared(event: LiveMessage, subscription: BrokerSubscription, handler: BoundHandler): void {
    let result: unknown;
    try {
      result = handler.handle(payloadOf(event, handler), event);
    } catch (error) {
      this.#settlement.fail(this.#runOf(event, subscription, handler), error);
      return;
    }
    if (result === undefined && !handleTold.hasSubscribers) {
      this.#settlement.acknowledge(event, subscription);
    } else this.#attempts.conclude(this.#runOf(event, subscription, handler), result);
  }

  #runOf(event: LiveMessage, subscription: BrokerSubscription, handler: BoundHandler): HandlerRun {
    return new HandlerRun(this.#gateway, event, subscription, handler, event.envelope);
  }
}

function payloadOf({ envelope: { payload } }: LiveMessage, { convert }: BoundHandler): unknown {
  return convert === undefined ? payload : convert(payload);
}
