import type { BrokerSubscription, Delivery } from "../broker/broker.js";
import type { AnyContract } from "../contract/contract.js";
import type { HandlerResult } from "../contract/listener.js";
import { type DeliveryTold, handleTold, tell } from "../diagnostics.js";
import type { Failure } from "../error-hooks.js";
import { HandlingError, PayloadError } from "../errors.js";
import type { ReplyKind } from "../request/reply.js";
import { buildDeadLetter } from "./dead-letter.js";
import type { HandlerRun } from "./handler-run.js";
import type { ResolvedListener } from "./registration.js";
import { expired, isHandlerResult } from "./results.js";
import { judge, type Verdict } from "./retry.js";
import type { ReplyAddress, RunnerHost } from "./runner-host.js";

export interface SettlementEnds {
  /** The event is tried again at once, with this number. */
  readonly again: (run: HandlerRun, attempt: number) => void;
  /** The event is tried again later, and keeps its key until then; false where it cannot wait here. */
  readonly rest: (run: HandlerRun, key: string, delayMs: number) => boolean;
  /** The delivery is settled. */
  readonly ended: (run: HandlerRun) => void;
}

/** Why an event ends in failure, and after how many attempts. */
interface Ending {
  readonly reason: string;
  readonly error?: unknown;
  readonly attempts: number;
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
    else if (run.outbox !== undefined || this.#listener.inbox !== undefined || askerOf(run) !== undefined)
      void this.#conclude(run, result);
    else this.#handled(run);
  }

  /** Never throws. */
  acknowledge(delivery: Delivery, subscription: BrokerSubscription): void {
    try {
      subscription.ack(delivery);
    } catch (error) {
      this.#report(error);
    }
  }

  /** The handler has thrown, or something on the way to it or after it. */
  fail(run: HandlerRun, error: unknown): void {
    if (run.ended) return;
    run.endTimer();
    run.firstFailedAt ??= this.#firstFailure(run);
    const { verdict, hookError } = this.#judge(run, error);
    const isLast = verdict.kind === "deadLetter" || verdict.kind === "drop";
    const { handler, envelope, attempt } = run;
    const next = isLast && askerOf(run) !== undefined ? "reply" : verdict.kind;
    const facts = { contract: handler.contract, envelope, attempt, next } as const;
    this.#report(error, facts);
    if (hookError !== undefined) this.#report(hookError, facts);
    this.#apply(run, error, verdict);
  }

  /** The event never reaches a handler: unknown, unreadable or invalid. */
  refuse(delivery: Delivery, subscription: BrokerSubscription, error: unknown): void {
    const { registry, options } = this.#host;
    const { message, attempt } = delivery;
    const contract = registry.find(message.type);
    const asker = askedBy(contract, delivery, subscription, message.attributes.id ?? "");
    const next = asker !== undefined ? "reply" : message.durable ? "deadLetter" : "drop";
    this.#report(error, { contract, attempt, next });
    if (next === "deadLetter") {
      const reason = error instanceof PayloadError ? "invalid" : "unknown";
      this.#bury(delivery, subscription, { reason, error, attempts: attempt }, options.clock.now());
      return;
    }
    void this.#replySafely(asker, "refused", error);
    subscription.ack(delivery);
  }

  /** For diagnostics. */
  describe({ handler, envelope, attempt }: HandlerRun): DeliveryTold {
    return { type: handler.contract.type, id: envelope.id, listener: this.#listener.name, attempt };
  }

  #obey(run: HandlerRun, result: HandlerResult): void {
    if (result.kind === "drop") this.#acknowledge(run);
    else if (result.kind === "deadLetter")
      this.#giveUp(run, { reason: `asked: ${result.reason}`, attempts: run.attempt });
    else if (Number.isFinite(result.afterMs) && result.afterMs >= 0) this.#retryLater(run, result.afterMs);
    else this.fail(run, wrongDelay(run, result.afterMs));
  }

  /** A failure before it must not be forgotten, so the event is kept then. */
  #expire(run: HandlerRun): void {
    const { attempt, handler, envelope } = run;
    const why = `cannot handle ${handler.contract.name}: its time was over at ${envelope.headers.expirytime}`;
    const error = new HandlingError("EVENT_EXPIRED", why);
    tell("eventwright:expire", () => this.describe(run));
    const asker = askerOf(run);
    if (asker === undefined && (attempt > 1 || this.#listener.expired === "deadLetter")) {
      this.#giveUp(run, { reason: "expired", error, attempts: attempt - 1 });
      return;
    }
    void this.#replySafely(asker, "refused", error);
    this.#acknowledge(run);
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
      const asker = askerOf(run);
      if (asker !== undefined) await this.#host.reply(asker, "ok", result);
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
    if (retry === undefined) return { verdict: { kind: durable ? "deadLetter" : "drop" } };
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
      return;
    }
    if (verdict.kind === "later") {
      this.#retryLater(run, verdict.delayMs, error);
      return;
    }
    const asker = askerOf(run);
    if (asker === undefined && verdict.kind === "deadLetter") {
      this.#giveUp(run, { reason: "failed", error, attempts: run.attempt });
      return;
    }
    void this.#replySafely(asker, "failed", error);
    this.#acknowledge(run);
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

  #giveUp(run: HandlerRun, ending: Ending): void {
    const firstFailedAt = this.#firstFailure(run);
    this.#end(run, () => this.#bury(run.delivery, run.subscription, ending, firstFailedAt));
  }

  #bury(delivery: Delivery, subscription: BrokerSubscription, ending: Ending, firstFailedAt: number): void {
    const { clock, instance } = this.#host.options;
    const { message } = delivery;
    const { name: listener } = this.#listener;
    const { reason, error, attempts } = ending;
    const failure = { ...ending, listener, instance, firstFailedAt, failedAt: clock.now() };
    const letter = buildDeadLetter(delivery, failure);
    tell("eventwright:dead-letter", () => {
      const { type, attributes } = message;
      return { type, id: attributes.id ?? "", listener, attempt: attempts, reason, error };
    });
    const stored = async (): Promise<void> => subscription.deadLetter(delivery, letter);
    stored().catch((cause: unknown) => {
      this.#report(cause, { next: "later" });
      subscription.retry(delivery, { delayMs: unstoredRetryMs, attempts, firstFailedAt });
    });
  }

  /** To whoever waits for it. */
  async #replySafely(to: ReplyAddress | undefined, kind: ReplyKind, error: unknown): Promise<void> {
    if (to === undefined) return;
    try {
      await this.#host.reply(to, kind, error);
    } catch (cause) {
      this.#report(cause);
    }
  }

  #end(run: HandlerRun, settle: () => void): void {
    run.ended = true;
    try {
      settle();
    } catch (error) {
      this.#report(error);
    }
    this.#ends.ended(run);
  }

  #report(error: unknown, facts?: Omit<Failure, "error" | "listener">): void {
    this.#host.hooks.report({ error, listener: this.#listener.name, ...facts });
  }
}

/** Who waits for what the handler gives. */
function askerOf({ handler, delivery, subscription, envelope }: HandlerRun): ReplyAddress | undefined {
  const { contract } = handler;
  return contract.kind === "event" ? undefined : askedBy(contract, delivery, subscription, envelope.id);
}

/** Who waits for an answer: nobody does for an event, or for a command that was posted. */
function askedBy(
  contract: AnyContract | undefined,
  { message: { replyTo } }: Delivery,
  subscription: BrokerSubscription,
  requestId: string,
): ReplyAddress | undefined {
  if (contract === undefined || contract.kind === "event" || replyTo === undefined) return undefined;
  return { contract, subscription, requestId, replyTo };
}

function wrongDelay({ handler }: HandlerRun, afterMs: unknown): HandlingError {
  return new HandlingError(
    "HANDLER_RESULT",
    `cannot try ${handler.contract.name} again: afterMs: expected a number of 0 or more, got ${afterMs}`,
  );
}
