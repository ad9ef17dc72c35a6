import { parametersOf } from "../address.js";
import { LiveMessage } from "../broker/message.js";
import type { CallArguments, PublishOptions, RequestOptions } from "../contract/bus.js";
import type {
  AnyContract,
  AnyRequestContract,
  CommandContract,
  EventContract,
  QueryContract,
} from "../contract/contract.js";
import type { HandlerContext } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";
import { PublishError } from "../errors.js";
import type { Gateway } from "../listener/handler-run.js";

/** Signals that a handler asked for; most events have none. */
const controllers = new WeakMap<LiveEvent, AbortController>();

/**
 * An event made here, and the context of all its handlers that declare none: they share it, so that one more listener
 * costs no memory. Publishes belong to one handler; whoever makes any declares a context and has one of its own.
 */
export class LiveEvent extends LiveMessage implements HandlerContext<unknown> {
  isFrom(gateway: Gateway): boolean {
    return this.origin.gateway === gateway;
  }

  get parameters(): unknown {
    return parametersOf(this.contract.channel, this.address);
  }

  get signal(): AbortSignal {
    const controller = controllers.get(this) ?? new AbortController();
    controllers.set(this, controller);
    return controller.signal;
  }

  abort(reason: unknown): void {
    controllers.get(this)?.abort(reason);
  }

  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  publish(contract: AnyContract): Promise<Envelope> {
    return refuse(contract);
  }

  post<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  post(contract: AnyContract): Promise<Envelope> {
    return refuse(contract);
  }

  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  send(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.origin.gateway.request(contract, payload, second, third, this.envelope);
  }

  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  ask(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.origin.gateway.request(contract, payload, second, third, this.envelope);
  }
}

function refuse({ name }: AnyContract): Promise<never> {
  const message = `cannot publish ${name}: expected a handler that declares its context as second parameter, got one without`;
  return Promise.reject(new PublishError("PUBLISH_CONTEXT_SHARED", message, { outcome: "refused" }));
}
