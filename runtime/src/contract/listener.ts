import type { Envelope } from "../envelope.js";
import type { RetryOptions } from "../listener/retry.js";
import type { Upcast } from "../listener/upcast.js";
import type { Bus } from "./bus.js";
import type { NoParameters } from "./channel.js";
import type {
  AnyContract,
  AnyEventContract,
  CommandContract,
  EventContract,
  ParametersOf,
  PayloadOf,
  QueryContract,
  ReplyOf,
} from "./contract.js";

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

/** Marks ids of handled events, so that one that comes again has no effect. Kept for each listener name apart. */
export interface InboxStore {
  has(listener: string, id: string): boolean | Promise<boolean>;
  /** Called after the handler has succeeded and before the event is acknowledged. */
  add(listener: string, id: string): void | Promise<void>;
}

export interface ListenerOptions<Payload = unknown, Parameters = unknown> {
  /** Stable; names the queue or group. @default the name of the listener's class or function */
  readonly name?: string;
  /** `group`: instances of this name share the work. `broadcast`: every instance gets a copy. @default "group" */
  readonly scope?: "group" | "broadcast";
  /** Of all instances of the group one alone gets events, until it is closed or dies; then the next one does. @default false */
  readonly exclusive?: boolean;
  /** Where a listener begins that is new to the broker: with what is to come, or with all that the broker retains. @default "now" */
  readonly from?: "now" | "start";
  /** Events for which this is false are passed over; throwing counts as a failure. */
  where?(event: Payload, envelope: Envelope): boolean;
  /** Takes only addresses with these parameter values. @default all */
  readonly parameters?: Partial<Parameters>;
  /** Takes only addresses that match; `*` is one segment, `#` at the end any number. @default all of the channel */
  readonly address?: string;
  /** Older contracts to take as well, and how their events become ones of this. */
  readonly upcasts?: readonly Upcast[];
  /** Handlers at once. With a `key` in the contract, equal keys go one after the other. @default 16 for durable channels, no limit for others */
  readonly concurrency?: number;
  /** How long a handler may take before its attempt fails, in milliseconds. @default no limit */
  readonly timeoutMs?: number;
  /** @default a few tries for durable channels, none for others */
  readonly retry?: RetryOptions;
  readonly inbox?: InboxStore;
  /**
   * What becomes of an event whose time was over (`expiresAfterMs`) before a handler began with it. One that had failed
   * before goes to the dead letters in any case. @default "drop"
   */
  readonly expired?: "drop" | "deadLetter";
  /** Handles in a later turn of the event loop, away from the publisher. @default false */
  readonly background?: boolean;
}

/** A listener of one event. Generated base classes implement all but `handle`. */
export interface Listener<Payload, Parameters = NoParameters> {
  readonly contract: EventContract<Payload, Parameters>;
  readonly options?: ListenerOptions<Payload, Parameters>;
  handle(event: Payload, context: HandlerContext<Parameters>): HandlerReturn;
}

/** The one handler of a command or query. Generated base classes implement all but `handle`. */
export interface RequestHandler<Payload, Reply, Parameters = NoParameters> {
  readonly contract: CommandContract<Payload, Reply, Parameters> | QueryContract<Payload, Reply, Parameters>;
  readonly options?: ListenerOptions<Payload, Parameters>;
  handle(request: Payload, context: HandlerContext<Parameters>): NoInfer<Reply> | Promise<NoInfer<Reply>>;
}

/** What handles a contract: a {@link Listener} of an event, a {@link RequestHandler} of a command or query. */
export interface ListenerOf<Contract extends AnyContract> {
  readonly contract: Contract;
  readonly options?: ListenerOptions<PayloadOf<Contract>, ParametersOf<Contract>>;
  handle(
    payload: PayloadOf<Contract>,
    context: HandlerContext<ParametersOf<Contract>>,
  ): ResultOf<Contract> | Promise<ResultOf<Contract>>;
}

/** What handling a contract gives. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement must be assignable
export type ResultOf<Contract> = Contract extends AnyEventContract ? void | HandlerResult : ReplyOf<Contract>;

/**
 * A listener of a whole channel, with one optional method per event and one subscription, so that the order across
 * types holds. `contracts` maps the method's name to the event it takes.
 */
export interface ChannelListener {
  readonly contracts: { readonly [method: string]: AnyEventContract };
  readonly options?: ListenerOptions;
}
