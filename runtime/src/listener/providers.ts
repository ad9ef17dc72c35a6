import type { AnyContract } from "../contract/contract.js";
import type { HandlerContext, ListenerOptions } from "../contract/listener.js";

/** A listener or request handler: what has a contract and handles its payloads. */
interface Handles<Payload, Parameters, Result> {
  handle(payload: Payload, context: HandlerContext<Parameters>): Result | Promise<Result>;
}

/** A listener or handler whose object is made by a factory. */
export interface Provided<Contract extends AnyContract, Payload, Parameters, Result> {
  readonly contract: Contract;
  readonly options: ListenerOptions;
  handle(payload: Payload, context: HandlerContext<Parameters>): Promise<Result>;
}

/** Makes a new object for every event; the factory may be async. To be given to `listen`. */
export function perEvent<Contract extends AnyContract, Payload, Parameters, Result>(
  contract: Contract,
  create: () => Handles<Payload, Parameters, Result> | Promise<Handles<Payload, Parameters, Result>>,
  options: ListenerOptions = {},
): Provided<Contract, Payload, Parameters, Result> {
  return {
    contract,
    options,
    handle: async (payload, context) => (await create()).handle(payload, context),
  };
}

/** Makes one object, at the first event, for all; a factory that fails is asked again at the next event. */
export function singleton<Contract extends AnyContract, Payload, Parameters, Result>(
  contract: Contract,
  create: () => Handles<Payload, Parameters, Result> | Promise<Handles<Payload, Parameters, Result>>,
  options: ListenerOptions = {},
): Provided<Contract, Payload, Parameters, Result> {
  let made: Promise<Handles<Payload, Parameters, Result>> | undefined;
  const get = (): Promise<Handles<Payload, Parameters, Result>> => {
    made ??= (async () => create())().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return {
    contract,
    options,
    handle: async (payload, context) => (await get()).handle(payload, context),
  };
}
