import type { Bus, CallArguments, PublishOptions, RequestOptions } from "../contract/bus.js";
import type { AnyContract, CommandContract, EventContract, QueryContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { RequestError } from "../errors.js";

/** Keeps an event or a posted command. @throws PublishError */
export type Keep = (
  contract: AnyContract,
  kind: "event" | "command",
  payload: unknown,
  second: unknown,
  third: unknown,
) => Promise<Envelope>;

/** What publishers get in place of a bus: what they publish is written into a transaction. */
export class OutboxBus implements Bus {
  readonly #keep: Keep;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  publish(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.#keep(contract, "event", payload, second, third);
  }

  post<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  post(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.#keep(contract, "command", payload, second, third);
  }

  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  send(contract: AnyContract): Promise<never> {
    return refuse(contract);
  }

  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  ask(contract: AnyContract): Promise<never> {
    return refuse(contract);
  }
}

function refuse({ name }: AnyContract): Promise<never> {
  const why = "an outbox keeps events and posted commands, and no reply comes before the commit";
  return Promise.reject(new RequestError("REQUEST_REFUSED", `cannot send ${name}: ${why}`));
}
