import type { Envelope } from "../envelope.js";
import type { Bus } from "./bus.js";
import type { NoParameters } from "./channel.js";
import type { CommandContract, EventContract, QueryContract } from "./contract.js";

/** What a handler may return instead of nothing. Made by `retry`, `deadLetter` and `drop`. */
export type HandlerResult =
  | { readonly kind: "retry"; readonly afterMs: number }
  | { readonly kind: "deadLetter"; readonly reason: string }
  | { readonly kind: "drop"; readonly reason: string };

/** What a handler may return. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement must be assignable
export type HandlerReturn = void | HandlerResult | Promise<void | HandlerResult>;

/** What a handler is told beside its event, and how it publishes: what it publishes here is sent once it has succeeded. */
export interface HandlerContext<Parameters = NoParameters> extends Bus {
  readonly envelope: Envelope;
  /** Values of the address parameters. */
  readonly parameters: Parameters;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the handler's time is over, its lease is lost or the bus closes without waiting any longer. */
  readonly signal: AbortSignal;
}

export interface ListenerOptions {
  /** Stable; names the queue or group. @default the name of the listener's class or function */
  readonly name?: string;
}

/** A listener of one event. Generated base classes implement all but `handle`. */
export interface Listener<Payload, Parameters = NoParameters> {
  readonly contract: EventContract<Payload, Parameters>;
  readonly options?: ListenerOptions;
  handle(event: Payload, context: HandlerContext<Parameters>): HandlerReturn;
}

/** The one handler of a command or query. Generated base classes implement all but `handle`. */
export interface RequestHandler<Payload, Reply, Parameters = NoParameters> {
  readonly contract: CommandContract<Payload, Reply, Parameters> | QueryContract<Payload, Reply, Parameters>;
  readonly options?: ListenerOptions;
  handle(request: Payload, context: HandlerContext<Parameters>): Reply | Promise<Reply>;
}

/**
 * A listener of a whole channel, with one optional method per event and one subscription, so that the order across
 * types holds. `contracts` maps the method's name to the event it takes.
 */
export interface ChannelListener {
  readonly contracts: { readonly [method: string]: EventContract<unknown, never> };
  readonly options?: ListenerOptions;
}
