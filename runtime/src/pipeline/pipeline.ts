import type { AnyContract } from "../contract/contract.js";
import type { HandlerContext } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";
import { HandlingError } from "../errors.js";

/** What the handle side knows of the listener that an event is for. */
export interface ListenerDescription {
  readonly name: string;
  readonly scope: "group" | "broadcast";
  readonly contracts: readonly AnyContract[];
  readonly context: HandlerContext<unknown>;
}

/** A step around publishing and around handling. The first one registered is the outermost on both sides. */
export interface Middleware {
  /**
   * Goes on by calling `next`, at most once, with a changed envelope where it wants to. Code after `await next()` runs
   * only when the event was accepted. Without calling it nothing is sent, and the publish is refused.
   */
  publish?(envelope: Envelope, contract: AnyContract, next: PublishNext): Promise<void> | void;
  /**
   * Goes on by calling `next`, at most once; it gives what the handler returned, and that must be returned in turn.
   * Without calling it the event counts as handled. Throwing counts as a failure of the handler.
   */
  handle?(
    envelope: Envelope,
    contract: AnyContract,
    next: HandleNext,
    listener: ListenerDescription,
  ): unknown;
}

export type PublishNext = (changed?: Envelope) => Promise<void>;
export type HandleNext = () => Promise<unknown>;

/** The publish sides around `send`; `send` itself when there are none. */
export function composePublish(
  middleware: readonly Middleware[],
  contract: AnyContract,
  send: (envelope: Envelope) => Promise<void>,
): (envelope: Envelope) => Promise<void> {
  return middleware.reduceRight((next, step) => {
    if (step.publish === undefined) return next;
    return async (envelope) => {
      const once = callOnce((changed?: Envelope) => next(changed ?? envelope));
      await step.publish?.(envelope, contract, once);
    };
  }, send);
}

/** The handle sides around `handle`. */
export async function runHandle(
  middleware: readonly Middleware[],
  envelope: Envelope,
  contract: AnyContract,
  listener: ListenerDescription,
  handle: () => unknown,
): Promise<unknown> {
  const run = async (index: number): Promise<unknown> => {
    const step = middleware[index];
    if (step === undefined) return handle();
    if (step.handle === undefined) return run(index + 1);
    return step.handle(
      envelope,
      contract,
      callOnce(() => run(index + 1)),
      listener,
    );
  };
  return run(0);
}

function callOnce<Arguments extends readonly unknown[], Result>(
  next: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let called = false;
  return (...args) => {
    if (called) {
      return Promise.reject(
        new HandlingError("MIDDLEWARE_NEXT_TWICE", "cannot go on: middleware called next twice"),
      );
    }
    called = true;
    return next(...args);
  };
}
