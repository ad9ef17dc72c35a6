import type { Envelope } from "../envelope.js";
import type { CommandContract, EventContract, QueryContract } from "./contract.js";

export interface PublishOptions {
  /** Unique text. @default a new UUID */
  readonly id?: string;
  /** @default now */
  readonly time?: Date;
  /** Small text values beside the payload; names of lower-case letters and digits, at most 20 characters. */
  readonly headers?: { readonly [name: string]: string };
  /** No handler gets it before this time has passed, in milliseconds from its publish. @default at once */
  readonly delayMs?: number;
  /**
   * No handler begins with it once this time has passed, in milliseconds from the call, a delay included. Travels as the
   * CloudEvents attribute `expirytime`. @default never
   */
  readonly expiresAfterMs?: number;
  /** From 0 to 9: of the events that wait for a listener those with higher numbers come first. @default 0 */
  readonly priority?: number;
  /** For the broker alone, in its own words; brokers that know none of it pass it over. */
  readonly transport?: { readonly [name: string]: unknown };
  /** How long the broker may take to accept, in milliseconds. @default 30 000, or as set for the bus */
  readonly timeoutMs?: number;
  /** Gives up waiting. The outcome is `refused` when nothing was written yet, else `unknown`. */
  readonly signal?: AbortSignal;
}

/** As for events, without a delay; `timeoutMs` is how long the reply may take. */
export type RequestOptions = Omit<PublishOptions, "delayMs">;

/** What follows the payload in a call: the address parameters where the channel has any, then options. */
export type CallArguments<Parameters, Options> = keyof Parameters extends never
  ? [options?: Options | undefined]
  : [parameters: Parameters, options?: Options | undefined];

/** What publishers need: an event bus, or the context of a running handler. */
export interface Bus {
  /**
   * Resolves with the envelope once the broker has taken responsibility for the event. Never resolves early, never
   * hangs: ends at its deadline. Inside a handler's context it resolves once the event is checked and kept; it is sent
   * when the handler has succeeded.
   *
   * @throws PublishError with the outcome `refused` (certainly not sent) or `unknown`
   */
  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  /** Sends a command to its one handler and resolves with its reply. @throws RequestError */
  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  /** Asks a query's one handler and resolves with its answer. @throws RequestError */
  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  /** Sends a command without waiting for its reply; resolves as `publish` does. @throws PublishError */
  post<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
}
