import type { BrokerSubscription, Delivery } from "../broker/broker.js";
import { deliverTold, tell } from "../diagnostics.js";
import type { Envelope } from "../envelope.js";
import { HandlingError } from "../errors.js";
import { type ListenerDescription, runHandle } from "../pipeline/pipeline.js";
import { LiveMessage } from "../publish/live-message.js";
import { type Decoded, decodeMessage } from "./decode.js";
import { HandlerRun } from "./handler-run.js";
import { InHand } from "./in-hand.js";
import { KeyLanes } from "./key-lanes.js";
import { OpenRuns } from "./open-runs.js";
import type { BoundHandler, ResolvedListener } from "./registration.js";
import { expired, isOver } from "./results.js";
import type { RunnerHost } from "./runner-host.js";
import { SeenIds } from "./seen-ids.js";
import { Settlement } from "./settlement.js";
import { StraightWay } from "./straight-way.js";

/**
 * Takes one listener's deliveries through filter, order, handler and settlement. Never throws: a failure is judged by
 * the listener's retry policy, reported, and disturbs no other listener.
 */
export class ListenerRunner {
  readonly listener: ResolvedListener;
  readonly #host: RunnerHost;
  readonly #settlement: Settlement;
  /** Present where not every event may start at once. */
  #lanes: KeyLanes<HandlerRun> | undefined;
  readonly #hasMiddleware: boolean;
  /** Runs that wait, and runs that did not end in the tick of their start. */
  readonly #open = new OpenRuns();
  /** Runs of a background listener that wait for their turn of the event loop. */
  readonly #postponed = new Set<HandlerRun>();
  /** Runs that wait for their next attempt and keep their key. */
  readonly #resting = new Set<HandlerRun>();
  readonly #whenDrained: (() => void)[] = [];
  /** Present where several brokers bring the same events. */
  #seen: SeenIds | undefined;
  /** For a listener with an inbox. */
  readonly #inHand = new InHand();
  #stopped = false;
  readonly #straightWay: StraightWay;
  /** Whether nothing stands between an event of this process and its handler. */
  #straight = false;

  constructor(listener: ResolvedListener, host: RunnerHost) {
    this.listener = listener;
    this.#host = host;
    this.#hasMiddleware = host.options.middleware.some((step) => step.handle !== undefined);
    const channels = Array.from(listener.handlers.keys(), (contract) => contract.channel.name);
    if (channels.some((channel) => host.routes.of(channel).length > 1)) this.rememberIds();
    this.#settlement = new Settlement(listener, host, {
      again: (run, attempt) => this.#again(run, attempt),
      rest: (run, key, delayMs) => this.#rest(run, key, delayMs),
      ended: (run) => this.#ended(run),
    });
    this.#straightWay = new StraightWay(listener, host, this.#settlement, (run, result) =>
      this.#conclude(run, result),
    );
    if (listener.keyed || listener.concurrency !== Number.POSITIVE_INFINITY) {
      this.#limited();
    }
    this.#judgeWay();
  }

  get paused(): boolean {
    return this.#lanes?.paused ?? false;
  }

  set paused(paused: boolean) {
    this.#limited().paused = paused;
  }

  set concurrency(limit: number) {
    this.#limited().limit = limit;
  }

  /** Events taken and not settled. */
  get open(): number {
    return this.#open.size;
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
      decoded = decodeMessage(message, this.listener, this.#host.registry, this.#host.options);
    } catch (error) {
      this.#settlement.refuse(delivery, subscription, error);
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
      this.#lanes === undefined &&
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
    if (deliverTold.hasSubscribers) tell("eventwright:deliver", () => this.#settlement.describe(run));
    if (this.listener.background) this.#later(run);
    else this.#enter(run);
  }

  /** From here on an event that several brokers bring is handled once. */
  rememberIds(): void {
    this.#seen ??= new SeenIds();
    this.#judgeWay();
  }

  /** From here on no handler starts; what was not started is given back. */
  stop(): void {
    this.#stopped = true;
    this.#judgeWay();
    const waiting = [...this.#resting, ...(this.#lanes?.clear() ?? []), ...this.#postponed];
    for (const run of waiting) this.#release(run);
    this.#resting.clear();
    this.#postponed.clear();
  }

  /** Resolves when nothing taken is left unsettled. */
  drained(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenDrained.push(resolve));
  }

  /** Gives up what still runs: it gets its signal, and nothing of it has effect any more. Names what was left. */
  abandon(): readonly HandlerRun[] {
    const left = this.#open.toArray();
    for (const run of left) {
      const reason = `${this.listener.name} did not end before the bus closed`;
      const error = new HandlingError("HANDLER_TIMEOUT", reason);
      run.endTimer();
      run.abort(error);
      if (run.delivery instanceof LiveMessage) run.delivery.abort(error);
      this.#forget(run);
    }
    return left;
  }

  #limited(): KeyLanes<HandlerRun> {
    const running = this.#open.size - this.#postponed.size;
    this.#lanes ??= new KeyLanes(this.listener.concurrency, (run) => this.#start(run), running);
    this.#judgeWay();
    return this.#lanes;
  }

  #later(run: HandlerRun): void {
    this.#open.add(run);
    this.#postponed.add(run);
    run.stopTimer = this.#host.options.clock.after(0, () => {
      this.#postponed.delete(run);
      this.#enter(run);
    });
  }

  #enter(run: HandlerRun): void {
    if (this.#lanes === undefined) {
      this.#start(run);
      return;
    }
    this.#open.add(run);
    this.#lanes.add(run, this.#keyOf(run));
  }

  #keyOf(run: HandlerRun): string | undefined {
    return this.listener.keyed ? run.envelope.subject : undefined;
  }

  #start(run: HandlerRun): void {
    if (run.ended) return;
    let result: unknown;
    try {
      result = this.#call(run);
    } catch (error) {
      this.#settlement.fail(run, error);
      return;
    }
    this.#conclude(run, result);
  }

  #conclude(run: HandlerRun, result: unknown): void {
    if (!isThenable(result)) {
      this.#settlement.succeed(run, result);
      return;
    }
    this.#occupy(run);
    this.#limitTime(run);
    void this.#follow(run, result);
  }

  async #follow(run: HandlerRun, result: PromiseLike<unknown>): Promise<void> {
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      this.#settlement.fail(run, error);
      return;
    }
    this.#settlement.succeed(run, value);
  }

  #call(run: HandlerRun): unknown {
    const { where, inbox } = this.listener;
    const { envelope, handler } = run;
    const payload = handler.convert === undefined ? envelope.payload : handler.convert(envelope.payload);
    if (where !== undefined && !where(payload, envelope)) return undefined;
    if (isOver(envelope, this.#host.options.clock)) return expired;
    if (inbox === undefined) return this.#handle(run, payload);
    const busy = this.#inHand.take(envelope.id, run.delivery);
    if (busy !== undefined) return busy.then(() => (run.ended ? undefined : this.#call(run)));
    const handledBefore = inbox.has(this.listener.name, envelope.id);
    if (handledBefore === true) return undefined;
    if (handledBefore === false) return this.#handle(run, payload);
    return handledBefore.then((handled) => (handled ? undefined : this.#handle(run, payload)));
  }

  #handle(run: HandlerRun, payload: unknown): unknown {
    const { handler, envelope } = run;
    if (this.listener.inbox !== undefined) run.handled = true;
    if (!this.#hasMiddleware) return handler.handle(payload, run);
    const { middleware } = this.#host.options;
    return runHandle(middleware, envelope, handler.contract, this.#describe(run), () =>
      handler.handle(payload, run),
    );
  }

  #describe(run: HandlerRun): ListenerDescription {
    const { name, scope, handlers } = this.listener;
    return { name, scope, contracts: [...handlers.keys()], context: run };
  }

  #limitTime(run: HandlerRun): void {
    const { timeoutMs, name } = this.listener;
    if (timeoutMs === undefined) return;
    run.stopTimer = this.#host.options.clock.after(timeoutMs, () => {
      if (run.ended) return;
      const error = new HandlingError("HANDLER_TIMEOUT", `${name} did not end within ${timeoutMs} ms`);
      this.#settlement.fail(run, error);
      run.abort(error);
    });
  }

  /** The next attempt starts in a turn of its own, so that no stack grows and others get theirs. */
  #again(run: HandlerRun, attempt: number): void {
    const next = this.#next(run, attempt);
    const { delivery, subscription, firstFailedAt } = next;
    queueMicrotask(() => {
      if (next.ended) return;
      if (!this.#stopped) return this.#start(next);
      subscription.retry(delivery, { delayMs: 0, attempts: attempt - 1, firstFailedAt: firstFailedAt ?? 0 });
      this.#ended(next);
    });
  }

  /** Later events of the key wait behind the next attempt, and those of other keys get its place. */
  #rest(run: HandlerRun, key: string, delayMs: number): boolean {
    const lanes = this.#lanes;
    if (this.#stopped || lanes === undefined) return false;
    run.ended = true;
    const next = this.#next(run, run.attempt + 1);
    this.#resting.add(next);
    next.stopTimer = this.#host.options.clock.after(delayMs, () => {
      this.#resting.delete(next);
      lanes.wake(next, key);
    });
    lanes.rest();
    return true;
  }

  #next(run: HandlerRun, attempt: number): HandlerRun {
    const { delivery, subscription, handler, envelope, firstFailedAt } = run;
    const next = new HandlerRun(this.#host.gateway, delivery, subscription, handler, envelope, attempt);
    next.firstFailedAt = firstFailedAt;
    this.#occupy(run);
    this.#open.delete(run);
    this.#open.add(next);
    return next;
  }

  /** A run that does not end at once; one from before there were lanes takes its place in them only now. */
  #occupy(run: HandlerRun): void {
    if (this.#open.add(run)) this.#lanes?.began();
  }

  #ended(run: HandlerRun): void {
    if (run.isOpen) this.#lanes?.done(this.#keyOf(run));
    this.#forget(run);
  }

  /** Gives back what was not started. */
  #release(run: HandlerRun): void {
    run.endTimer();
    run.ended = true;
    run.subscription.release(run.delivery);
    this.#forget(run);
  }

  #forget(run: HandlerRun): void {
    if (this.listener.inbox !== undefined) this.#inHand.leave(run.envelope.id, run.delivery);
    if (!this.#open.delete(run) || this.#open.size > 0) return;
    for (const resolve of this.#whenDrained.splice(0)) resolve();
    this.#host.onQuiet();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
