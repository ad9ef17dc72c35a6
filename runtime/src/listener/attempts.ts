import type { Delivery } from "../broker/broker.js";
import { HandlingError } from "../errors.js";
import { LiveMessage } from "../publish/live-message.js";
import { HandlerCalls } from "./handler-calls.js";
import { HandlerRun } from "./handler-run.js";
import type { ResolvedListener } from "./registration.js";
import { RunOrder } from "./run-order.js";
import type { RunnerHost } from "./runner-host.js";
import { Settlement } from "./settlement.js";

/** Lets runs happen: each from its start to its settlement, or to the next attempt. Never throws. */
export class Attempts {
  readonly settlement: Settlement;
  readonly order: RunOrder;
  readonly #listener: ResolvedListener;
  readonly #host: RunnerHost;
  readonly #calls: HandlerCalls;
  #stopped = false;

  constructor(listener: ResolvedListener, host: RunnerHost) {
    this.#listener = listener;
    this.#host = host;
    this.#calls = new HandlerCalls(listener, host);
    this.order = new RunOrder(listener, host, (run) => this.start(run));
    this.settlement = new Settlement(listener, host, {
      again: (run, attempt) => this.#again(run, attempt),
      rest: (run, key, delayMs) => this.#rest(run, key, delayMs),
      ended: (run) => this.#ended(run),
    });
  }

  start(run: HandlerRun): void {
    if (run.ended) return;
    if (this.#listener.exclusive && run.delivery.revoked === true) {
      run.ended = true;
      this.#ended(run);
      return;
    }
    let result: unknown;
    try {
      result = this.#calls.call(run);
    } catch (error) {
      this.settlement.fail(run, error);
      return;
    }
    this.conclude(run, result);
  }

  /** What becomes of a run whose handler has returned. */
  conclude(run: HandlerRun, result: unknown): void {
    if (!isThenable(result)) {
      this.settlement.succeed(run, result);
      return;
    }
    this.order.keep(run);
    this.#limitTime(run);
    this.#follow(run, result);
  }

  /** With `then`, not `await`, which takes a third more memory; what is no promise of the engine becomes one. */
  #follow(run: HandlerRun, result: PromiseLike<unknown>): void {
    void Promise.resolve(result).then(
      (value) => this.settlement.succeed(run, value),
      (error: unknown) => this.settlement.fail(run, error),
    );
  }

  #limitTime(run: HandlerRun): void {
    const { timeoutMs, name } = this.#listener;
    if (timeoutMs === undefined) return;
    run.stopTimer = this.#host.options.clock.after(timeoutMs, () => {
      if (run.ended) return;
      const error = new HandlingError("HANDLER_TIMEOUT", `${name} did not end within ${timeoutMs} ms`);
      run.warn(error); // before the next one begins in its place
      this.settlement.fail(run, error);
      run.abort(error);
    });
  }

  /** The next attempt starts in a turn of its own, so that no stack grows and others get theirs. */
  #again(run: HandlerRun, attempt: number): void {
    const next = this.#next(run, attempt);
    const { delivery, subscription, firstFailedAt } = next;
    queueMicrotask(() => {
      if (next.ended) return;
      if (!this.#stopped) return this.start(next);
      subscription.retry(delivery, { delayMs: 0, attempts: attempt - 1, firstFailedAt: firstFailedAt ?? 0 });
      this.#ended(next);
    });
  }

  /** Later events of the key wait behind the next attempt, and those of other keys get its place. */
  #rest(run: HandlerRun, key: string, delayMs: number): boolean {
    if (this.#stopped || !this.order.isLimited) return false;
    run.ended = true;
    this.order.rest(this.#next(run, run.attempt + 1), key, delayMs);
    return true;
  }

  #next(run: HandlerRun, attempt: number): HandlerRun {
    const { delivery, subscription, handler, envelope, firstFailedAt } = run;
    const next = new HandlerRun(this.#host.gateway, delivery, subscription, handler, envelope, attempt);
    next.firstFailedAt = firstFailedAt;
    this.order.replace(run, next);
    return next;
  }

  #ended(run: HandlerRun): void {
    this.#calls.end(run);
    this.order.end(run);
  }

  /** From here on no attempt begins; what was not started is given back. */
  stop(): void {
    this.#stopped = true;
    for (const run of this.order.clear()) this.#release(run);
  }

  /** The handler of the delivery gets its signal. Its place is kept until it has ended, so that no other runs beside it. */
  revoke(delivery: Delivery): void {
    const why = `another instance of ${this.#listener.name} may be the active one by now`;
    const error = new HandlingError("HANDLER_REVOKED", why);
    for (const run of this.order.runs) if (run.delivery === delivery) run.warn(error);
  }

  /** Gives a run up: its handler gets its signal, and nothing of it has effect any more. */
  abandon(run: HandlerRun): void {
    const reason = `${this.#listener.name} did not end before the bus closed`;
    const error = new HandlingError("HANDLER_TIMEOUT", reason);
    run.endTimer();
    run.abort(error);
    if (run.delivery instanceof LiveMessage) run.delivery.abort(error);
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
    this.#calls.end(run);
    this.order.forget(run);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
