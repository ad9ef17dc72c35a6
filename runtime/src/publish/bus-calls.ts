import type { Bus, CallArguments, PublishOptions, RequestOptions } from "../contract/bus.js";
import type {
  AnyContract,
  AnyRequestContract,
  CommandContract,
  EventContract,
  QueryContract,
} from "../contract/contract.js";
import type { Envelope } from "../envelope.js";

/** The typed calls of a bus, which differ in their types alone: what is left is to put something out, or to ask. */
export abstract class BusCalls implements Bus {
  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  publish(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.put("event", contract, payload, second, third);
  }

  post<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  post(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.put("command", contract, payload, second, third);
  }

  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  send(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.request(contract, payload, second, third);
  }

  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  ask(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.request(contract, payload, second, third);
  }

  /** For what nobody answers. `second` and `third` are what followed the payload in the call. @throws PublishError */
  protected abstract put(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope>;

  /** For what its handler answers. @throws RequestError */
  protected abstract request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<unknown>;
}
