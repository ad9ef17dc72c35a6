import type { AnyContract } from "../contract/contract.js";
import type { ListenerDescription } from "../pipeline/middleware.js";
import type { HandlerRun } from "./handler-run.js";
import { InHand } from "./in-hand.js";
import type { ResolvedListener } from "./registration.js";
import { expired, isOver } from "./results.js";
import type { RunnerHost } from "./runner-host.js";

/** From a run to what its handler gives: conversion, filter, time to live, inbox and middleware stand before it. */
export class HandlerCalls {
  readonly #listener: ResolvedListener;
  readonly #host: RunnerHost;
  /** For middleware. */
  readonly #contracts: readonly AnyContract[];
  /** For a listener with an inbox. */
  readonly #inHand = new InHand();

  constructor(listener: ResolvedListener, host: RunnerHost) {
    this.#listener = listener;
    this.#host = host;
    this.#contracts = [...listener.handlers.keys()];
  }

  /** What the handler returns, or nothing when the event is not for it. Throws whatever is thrown on the way. */
  call(run: HandlerRun): unknown {
    const { where, inbox, name } = this.#listener;
    const { envelope, handler } = run;
    const payload = handler.convert === undefined ? envelope.payload : handler.convert(envelope.payload);
    if (where !== undefined && !where(payload, envelope)) return undefined;
    if (isOver(envelope, this.#host.options.clock)) return expired;
    if (inbox === undefined) return this.#handle(run, payload);
    const busy = this.#inHand.take(envelope.id, run.delivery);
    if (busy !== undefined) return busy.then(() => (run.ended ? undefined : this.call(run)));
    const handledBefore = inbox.has(name, envelope.id);
    if (handledBefore === true) return undefined;
    if (handledBefore === false) return this.#handle(run, payload);
    return handledBefore.then((handled) => (handled ? undefined : this.#handle(run, payload)));
  }

  /** To be called when a run is over: another delivery of the same event may go on. */
  end(run: HandlerRun): void {
    if (this.#listener.inbox !== undefined) this.#inHand.leave(run.envelope.id, run.delivery);
  }

  #handle(run: HandlerRun, payload: unknown): unknown {
    const { handler, envelope } = run;
    if (this.#listener.inbox !== undefined) run.handled = true;
    const { pipeline } = this.#host.loaded;
    if (pipeline === undefined) return handler.handle(payload, run);
    return pipeline.handle(envelope, handler.contract, this.#describe(run), () =>
      handler.handle(payload, run),
    );
  }

  #describe(run: HandlerRun): ListenerDescription {
    const { name, scope } = this.#listener;
    return { name, scope, contracts: this.#contracts, context: run };
  }
}
