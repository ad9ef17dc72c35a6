import type { BrokerSubscription, Delivery } from "../broker/broker.js";
import type { HandlerResult } from "../contract/listener.js";
import { type DeliveryTold, handleTold, tell } from "../diagnostics.js";
import type { Failure } from "../error-hooks.js";
import { HandlingError, PayloadError } from "../errors.js";
import { type ReplyKind, toRemoteError } from "../request/reply.js";
import { buildDeadLetter } from "./dead-letter.js";
import type { HandlerRun } from "./handler-run.js";
import type { ResolvedListener } from "./registration.js";
import { expired, isHandlerResult } from "./results.js";
import { judge, type Verdict } from "./retry.js";
import type { RunnerHost } from "./runner-host.js";

export interface SettlementEnds {
  /** The event is tried again at once, with this number. */
  readonly again: (run: HandlerRun, attempt: number) => void;
  /** The event is tried again later, and keeps its key until then; false where it cannot wait here. */
  readonly rest: (run: HandlerRun, key: string, delayMs: number) => boolean;
  /** The delivery is settled. */
  readonly ended: (run: HandlerRun) => void;
}

/** How long an event waits whose dead letter could not be stored. */
const unstoredRetryMs = 5_000;

/** What becomes of an event once its handler has returned or thrown. */
export class Settlement {
  readonly #listener: ResolvedListener;
  readonly #host: RunnerHost;
  readonly #ends: SettlementEnds;

  constructor(listener: ResolvedListener, host: RunnerHost, ends: SettlementEnds) {
    this.#listener = listener;
    this.#host = host;
    this.#ends = ends;
  }

  /** The handler has returned. Sends what it published, marks the inbox, replies, then acknowledges. */
  succeed(run: HandlerRun, result: unknown): void {
    if (run.ended) return;
    run.endTimer();
    if (result === expired) this.#expire(run);
    else if (this.#listener.kind === "event" && isHandlerResult(result)) this.#obey(run, result);
    else if (needsNothing(run, this.#listener)) this.#handled(run);
    else void this.#conclude(run, result);
  }

  /** Never throws. */
  acknowledge(delivery: Delivery, subscription: BrokerSubscription): void {
    try {
      subscription.ack(delivery);
    } catch (error) {
      this.#host.hooks.report({ error, listener: this.#listener.name });
    }
  }

  /** The handler has thrown, or something on the way to it or after it. */
  fail(run: HandlerRun, error: unknown): void {
    if (run.ended) return;
    run.endTimer();
    run.firstFailedAt ??= this.#firstFailure(run);
    const { verdict, hookError } = this.#judge(run, error);
    this.#report(run, error, verdict);
    if (hookError !== undefined) this.#report(run, hookError, verdict);
    this.#apply(run, error, verdict);
  }

  /** The event never reaches a handler: unknown, unreadable or invalid. */
  refuse(delivery: Delivery, subscription: BrokerSubscription, error: unknown): void {
    const { hooks, registry, options } = this.#host;
    const { message } = delivery;
    const contract = registry.find(message.type);
    const next = message.replyTo !== undefined ? "reply" : message.durable ? "deadLetter" : "drop";
    hooks.report({ error, listener: this.#listener.name, contract, attempt: delivery.attempt, next });
    const { replyTo } = message;
    if (replyTo !== undefined && contract !== undefined) {
      const to = { contract, subscription, requestId: message.attributes.id ?? "", replyTo };
      void this.#replySafely(() => this.#host.reply(to, "refused", toRemoteError(error)));
      subscription.ack(delivery);
    } else if (message.durable) {
      const reason = error instanceof PayloadError ? "invalid" : "unknown";
      const now = options.clock.now();
      this.#bury(delivery, subscription, { reason, error, attempts: delivery.attempt, firstFailedAt: now });
    } else subscription.ack(delivery);
  }

  /** For diagnostics. */
  describe({ handler, envelope, attempt }: HandlerRun): DeliveryTold {
    return { type: handler.contract.type, id: envelope.id, listener: this.#listener.name, attempt };
  }

  #obey(run: HandlerRun, result: HandlerResult): void {
    switch (result.kind) {
      case "drop":
        this.#acknowledge(run);
        break;
      case "retry":
        if (Number.isFinite(result.afterMs) && result.afterMs >= 0) this.#retryLater(run, result.afterMs);
        else this.fail(run, wrongDelay(run, result.afterMs));
        break;
      case "deadLetter":
        this.#end(run, () =>
          this.#bury(run.delivery, run.subscription, {
            reason: `asked: ${result.reason}`,
            attempts: run.attempt,
            firstFailedAt: this.#firstFailure(run),
          }),
        );
    }
  }

  /** A failure before it must not be forgotten, so the event is kept then. */
  #expire(run: HandlerRun): void {
    const { attempt, delivery, subscription, handler, envelope } = run;
    const why = `cannot handle ${handler.contract.name}: its time was over at ${envelope.headers.expirytime}`;
    const error = new HandlingError("EVENT_EXPIRED", why);
    tell("eventwright:expire", () => this.describe(run));
    if (delivery.message.replyTo !== undefined) {
      void this.#replySafely(() => this.#answer(run, "refused", toRemoteError(error)));
      this.#acknowledge(run);
    } else if (attempt === 1 && this.#listener.expired === "drop") this.#acknowledge(run);
    else {
      const firstFailedAt = this.#firstFailure(run);
      this.#end(run, () =>
        this.#bury(delivery, subscription, {
          reason: "expired",
          error,
          attempts: attempt - 1,
          firstFailedAt,
        }),
      );
    }
  }

  async #conclude(run: HandlerRun, result: unknown): Promise<void> {
    try {
      for (const message of run.outbox ?? []) {
        if (run.ended) return;
        await this.#host.gateway.send(message);
      }
      if (run.ended) return;
      if (run.handled) await this.#listener.inbox?.add(this.#listener.name, run.envelope.id);
      if (run.ended) return;
      await this.#answer(run, "ok", result);
    } catch (error) {
      this.fail(run, error);
      return;
    }
    if (!run.ended) this.#handled(run);
  }

  #handled(run: HandlerRun): void {
    if (handleTold.hasSubscribers) tell("eventwright:handle", () => this.describe(run));
    this.#acknowledge(run);
  }

  #acknowledge(run: HandlerRun): void {
    run.ended = true;
    this.acknowledge(run.delivery, run.subscription);
    this.#ends.ended(run);
  }

  #firstFailure({ firstFailedAt, delivery }: HandlerRun): number {
    return firstFailedAt ?? delivery.firstFailedAt ?? this.#host.options.clock.now();
  }

  #judge(run: HandlerRun, error: unknown): { verdict: Verdict; hookError?: unknown } {
    const { retry, durable } = this.#listener;
    const last: Verdict = { kind: durable ? "deadLetter" : "drop" };
    if (retry === undefined) return { verdict: last };
    try {
      return { verdict: judge(retry, error, run.attempt, Math.random()) };
    } catch (hookError) {
      return { verdict: { kind: "deadLetter" }, hookError };
    }
  }

  #apply(run: HandlerRun, error: unknown, verdict: Verdict): void {
    if (verdict.kind === "again") {
      tell("eventwright:retry", () => ({ ...this.describe(run), delayMs: 0, error }));
      run.ended = true;
      this.#ends.again(run, run.attempt + 1);
    } else if (verdict.kind === "later") this.#retryLater(run, verdict.delayMs, error);
    else if (run.delivery.message.replyTo !== undefined) {
      void this.#replySafely(() => this.#answer(run, "failed", toRemoteError(error)));
      this.#acknowledge(run);
    } else if (verdict.kind === "drop") this.#acknowledge(run);
    else {
      const firstFailedAt = this.#firstFailure(run);
      this.#end(run, () =>
        this.#bury(run.delivery, run.subscription, {
          reason: "failed",
          error,
          attempts: run.attempt,
          firstFailedAt,
        }),
      );
    }
  }

  #retryLater(run: HandlerRun, delayMs: number, error?: unknown): void {
    tell("eventwright:retry", () => ({ ...this.describe(run), delayMs, error }));
    const firstFailedAt = this.#firstFailure(run);
    const key = this.#listener.retry?.order === "stopKey" ? run.envelope.subject : undefined;
    if (key !== undefined && this.#ends.rest(run, key, delayMs)) return;
    this.#end(run, () =>
      run.subscription.retry(run.delivery, { delayMs, attempts: run.attempt, firstFailedAt }),
    );
  }

  #bury(
    delivery: Delivery,
    subscription: BrokerSubscription,
    failure: { reason: string; error?: unknown; attempts: number; firstFailedAt: number },
  ): void {
    const { clock, instance } = this.#host.options;
    const { firstFailedAt, attempts } = failure;
    const letter = buildDeadLetter(delivery, {
      ...failure,
      listener: this.#listener.name,
      instance,
      failedAt: clock.now(),
    });
    const { type } = delivery.message;
    tell("eventwright:dead-letter", () => ({
      type,
      id: delivery.message.attributes.id ?? "",
      listener: letter.listener,
      attempt: attempts,
      reason: letter.reason,
      error: failure.error,
    }));
    const stored = async (): Promise<void> => subscription.deadLetter(delivery, letter);
    stored().catch((error: unknown) => {
      this.#host.hooks.report({ error, listener: this.#listener.name, next: "later" });
      subscription.retry(delivery, { delayMs: unstoredRetryMs, attempts, firstFailedAt });
    });
  }

  #answer(run: HandlerRun, kind: ReplyKind, payload: unknown): void | Promise<void> {
    const { replyTo } = run.delivery.message;
    if (replyTo === undefined) return;
    const { contract } = run.handler;
    return this.#host.reply(
      { contract, subscription: run.subscription, requestId: run.envelope.id, replyTo },
      kind,
      payload,
    );
  }

  async #replySafely(reply: () => void | Promise<void>): Promise<void> {
    try {
      await reply();
    } catch (error) {
      this.#host.hooks.report({ error, listener: this.#listener.name });
    }
  }

  #end(run: HandlerRun, settle: () => void): void {
    run.ended = true;
    try {
      settle();
    } catch (error) {
      this.#host.hooks.report({ error, listener: this.#listener.name });
    }
    this.#ends.ended(run);
  }

  #report(run: HandlerRun, error: unknown, { kind }: Verdict): void {
    const isLast = kind === "deadLetter" || kind === "drop";
    const failure: Failure = {
      error,
      listener: this.#listener.name,
      contract: run.handler.contract,
      envelope: run.envelope,
      attempt: run.attempt,
      next: isLast && run.delivery.message.replyTo !== undefined ? "reply" : kind,
    };
    this.#host.hooks.report(failure);
  }
}

function wrongDelay({ handler }: HandlerRun, afterMs: unknown): HandlingError {
  return new HandlingError(
    "HANDLER_RESULT",
    `cannot try ${handler.contract.name} again: afterMs: expected a number of 0 or more, got ${afterMs}`,
  );
}

function needsNothing(run: HandlerRun, listener: ResolvedListener): boolean {
  return (
    run.outbox === undefined && listener.inbox === undefined && run.delivery.message.replyTo === undefined
  );
}
