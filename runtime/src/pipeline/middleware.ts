import type { AnyContract } from "../contract/contract.js";
import type { HandlerContext } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";

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
