import type { BrokerSubscription } from "../broker/broker.js";
import type { LiveMessage } from "../broker/message.js";
import { deliverTold, handleTold, tell } from "../diagnostics.js";
import { LiveEvent } from "../publish/live-event.js";
import { type Gateway, HandlerRun } from "./handler-run.js";
import type { BoundHandler, ResolvedListener } from "./registration.js";
import type { RunnerHost } from "./runner-host.js";
import type { Settlement } from "./settlement.js";

/**
 * The way of an event of this process to a handler before which nothing stands: no filter, inbox, limit or middleware.
 * When the handler returns nothing there is nothing to account for; all else goes on as on the long way.
 */
export class StraightWay {
  readonly #gateway: Gateway;
  readonly #settlement: Settlement;
  readonly #conclude: (run: HandlerRun, result: unknown) => void;
  /** A time limit aborts the signal of one handler alone. */
  readonly #mayShare: boolean;

  constructor(
    listener: ResolvedListener,
    host: RunnerHost,
    settlement: Settlement,
    conclude: (run: HandlerRun, result: unknown) => void,
  ) {
    this.#gateway = host.gateway;
    this.#settlement = settlement;
    this.#conclude = conclude;
    this.#mayShare = listener.timeoutMs === undefined;
  }

  take(message: LiveMessage, subscription: BrokerSubscription, handler: BoundHandler): void {
    const shares = handler.contextless && this.#mayShare && !deliverTold.hasSubscribers;
    if (shares && message instanceof LiveEvent && message.isFrom(this.#gateway)) {
      this.#handleShared(message, subscription, handler);
    } else this.#handle(message, subscription, handler);
  }

  #handle(message: LiveMessage, subscription: BrokerSubscription, handler: BoundHandler): void {
    const run = this.#runOf(message, subscription, handler);
    if (deliverTold.hasSubscribers) tell("eventwright:deliver", () => this.#settlement.describe(run));
    let result: unknown;
    try {
      result = handler.handle(payloadOf(message, handler), run);
    } catch (error) {
      this.#settlement.fail(run, error);
      return;
    }
    if (result !== undefined || run.outbox !== undefined || handleTold.hasSubscribers) {
      this.#conclude(run, result);
      return;
    }
    run.ended = true;
    this.#settlement.acknowledge(message, subscription);
  }

  /** With the event as the context: a run is made only for what has to be followed. */
  #handleShared(event: LiveEvent, subscription: BrokerSubscription, handler: BoundHandler): void {
    let result: unknown;
    try {
      result = handler.handle(payloadOf(event, handler), event);
    } catch (error) {
      this.#settlement.fail(this.#runOf(event, subscription, handler), error);
      return;
    }
    if (result === undefined && !handleTold.hasSubscribers) {
      this.#settlement.acknowledge(event, subscription);
    } else this.#conclude(this.#runOf(event, subscription, handler), result);
  }

  #runOf(message: LiveMessage, subscription: BrokerSubscription, handler: BoundHandler): HandlerRun {
    return new HandlerRun(this.#gateway, message, subscription, handler, message.envelope);
  }
}

function payloadOf({ envelope: { payload } }: LiveMessage, { convert }: BoundHandler): unknown {
  return convert === undefined ? payload : convert(payload);
}
