import type { BrokerSubscription, Delivery } from "../broker/broker.js";
import { deliverTold, tell } from "../diagnostics.js";
import type { Envelope } from "../envelope.js";
import { LiveMessage } from "../publish/live-message.js";
import { Attempts } from "./attempts.js";
import { type Decoded, decodeMessage } from "./decode.js";
import { HandlerRun } from "./handler-run.js";
import type { BoundHandler, ResolvedListener } from "./registration.js";
import type { RunnerHost } from "./runner-host.js";
import { SeenIds } from "./seen-ids.js";
import { StraightWay } from "./straight-way.js";

/**
 * Takes one listener's deliveries through filter, order, handler and settlement. Never throws: a failure is judged by
 * the listener's retry policy, reported, and disturbs no other listener.
 */
export class ListenerRunner {
  readonly listener: ResolvedListener;
  readonly #host: RunnerHost;
  readonly #attempts: Attempts;
  readonly #hasMiddleware: boolean;
  /** Present where several brokers bring the same events. */
  #seen: SeenIds | undefined;
  #stopped = false;
  readonly #straightWay: StraightWay;
  /** Whether nothing stands between an event of this process and its handler. */
  #straight = false;

  constructor(listener: ResolvedListener, host: RunnerHost) {
    this.listener = listener;
    this.#host = host;
    this.#attempts = new Attempts(listener, host);
    this.#hasMiddleware = host.options.middleware.some((step) => step.handle !== undefined);
    this.#straightWay = new StraightWay(listener, host, this.#attempts);
    const channels = Array.from(listener.handlers.keys(), (contract) => contract.channel.name);
    if (channels.some((channel) => host.routes.of(channel).length > 1)) this.#seen = new SeenIds();
    this.#judgeWay();
  }

  get paused(): boolean {
    return this.#attempts.order.paused;
  }

  set paused(paused: boolean) {
    this.#attempts.order.paused = paused;
    this.#judgeWay();
  }

  set concurrency(limit: number) {
    this.#attempts.order.concurrency = limit;
    this.#judgeWay();
  }

  /** Events taken and not settled. */
  get open(): number {
    return this.#attempts.order.size;
  }

  take(delivery: Delivery, subscription: BrokerSubscription): void {
    if (this.#straight && delivery instanceof LiveMessage && this.#straightWay.take(delivery, subscription))
      return;
    this.#takeLong(delivery, subscription);
  }

  #takeLong(delivery: Delivery, subscription: BrokerSubscription): void {
    const { message } = delivery;
    const live = message instanceof LiveMessage ? this.#handlerOfLive(message) : undefined;
    if (this.#stopped) {
      subscription.release(delivery);
      return;
    }
    if (live !== undefined && message instanceof LiveMessage) {
      this.#admit(delivery, subscription, live, message.envelope);
      return;
    }
    let decoded: Decoded;
    try {
      decoded = decodeMessage(message, this.listener, this.#host);
    } catch (error) {
      this.#attempts.settlement.refuse(delivery, subscription, error);
      return;
    }
    this.#admit(delivery, subscription, decoded.handler, decoded.envelope);
  }

  /** The handler of an event of this process that was checked when published: it is taken without bytes. */
  #handlerOfLive(message: LiveMessage): BoundHandler | undefined {
    if (!message.checked && this.#host.options.validate) return undefined;
    return this.listener.handlers.get(message.contract);
  }

  /** To be called when something changes that {@link StraightWay} passes over. */
  #judgeWay(): void {
    const { kind, where, inbox, background } = this.listener;
    this.#straight =
      kind === "event" &&
      where === undefined &&
      inbox === undefined &&
      !background &&
      !this.#hasMiddleware &&
      !this.#attempts.order.isLimited &&
      this.#seen === undefined &&
      !this.#stopped;
  }

  #admit(
    delivery: Delivery,
    subscription: BrokerSubscription,
    handler: BoundHandler,
    envelope: Envelope,
  ): void {
    if (this.#seen !== undefined && delivery.attempt === 1 && !this.#seen.add(envelope.id)) {
      subscription.ack(delivery);
      return;
    }
    const run = new HandlerRun(this.#host.gateway, delivery, subscription, handler, envelope);
    if (deliverTold.hasSubscribers)
      tell("eventwright:deliver", () => this.#attempts.settlement.describe(run));
    if (this.listener.background) this.#attempts.order.enterLater(run);
    else this.#attempts.order.enter(run);
  }

  /** From here on an event that several brokers bring is handled once. */
  rememberIds(): void {
    this.#seen ??= new SeenIds();
    this.#judgeWay();
  }

  /** Another instance may handle it by now. */
  revoke(delivery: Delivery): void {
    this.#attempts.revoke(delivery);
  }

  /** From here on no handler starts; what was not started is given back. */
  stop(): void {
    this.#stopped = true;
    this.#judgeWay();
    this.#attempts.stop();
  }

  /** Resolves when nothing taken is left unsettled. */
  drained(): Promise<void> {
    return this.#attempts.order.drained();
  }

  /** Gives up what still runs: it gets its signal, and nothing of it has effect any more. Names what was left. */
  abandon(): readonly HandlerRun[] {
    const left = this.#attempts.order.runs;
    for (const run of left) this.#attempts.abandon(run);
    return left;
  }
}
