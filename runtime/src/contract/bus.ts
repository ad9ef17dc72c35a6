import type { Envelope } from "../envelope.js";
import type { CommandContract, EventContract, QueryContract } from "./contract.js";

export interface PublishOptions {
  /** Unique text. @default a new UUID */
  readonly id?: string;
  /** @default now */
  readonly time?: Date;
  /** Small text values beside the payload; names of lower-case letters and digits, at most 20 characters. */
  readonly headers?: { readonly [name: string]: string };
  /** How long the broker may take to accept. @default 30 000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export type RequestOptions = PublishOptions;

/** What follows the payload in a call: the address parameters where the channel has any, then options. */
export type CallArguments<Parameters, Options> = keyof Parameters extends never
  ? [options?: Options]
  : [parameters: Parameters, options?: Options];

/** What publishers need: an event bus, or the context of a running handler. */
export interface Bus {
  /** Resolves with the envelope once the broker has taken responsibility for the event. */
  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: Payload,
    ...rest: CallArguments<Parameters, PublishOptions>
  ): Promise<Envelope<Payload>>;
  /** Sends a command to its one handler and resolves with its reply. */
  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: Payload,
    ...rest: CallArguments<Parameters, RequestOptions>
  ): Promise<Reply>;
  /** Asks a query's one handler and resolves with its answer. */
  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: Payload,
    ...rest: CallArguments<Parameters, RequestOptions>
  ): Promise<Reply>;
}
