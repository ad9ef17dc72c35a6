import type { AnyContract } from "../contract/contract.js";
import type { ListenerOf, ResultOf } from "../contract/listener.js";

/** Makes what has the handle method of a contract's listener; may be async. */
type Factory<Contract extends AnyContract> = () => Handles<Contract> | Promise<Handles<Contract>>;

type Handles<Contract extends AnyContract> = Pick<ListenerOf<Contract>, "handle">;

type Options<Contract extends AnyContract> = NonNullable<ListenerOf<Contract>["options"]>;

/** A listener or request handler whose object is made when an event is there. To be given to `listen`. */
export interface Provided<Contract extends AnyContract> {
  readonly contract: Contract;
  readonly options?: Options<Contract>;
  handle(...args: HandleArguments<Contract>): Promise<ResultOf<Contract>>;
}

type HandleArguments<Contract extends AnyContract> = Parameters<ListenerOf<Contract>["handle"]>;

/** Makes a new object for every event. */
export function perEvent<Contract extends AnyContract>(
  contract: Contract,
  create: Factory<Contract>,
  options?: Options<Contract>,
): Provided<Contract> {
  return {
    contract,
    ...(options === undefined ? {} : { options }),
    handle: async (payload, context): Promise<ResultOf<Contract>> =>
      (await create()).handle(payload, context),
  };
}

/** Makes one object for all, at the first event; a factory that fails is asked again at the next. */
export function singleton<Contract extends AnyContract>(
  contract: Contract,
  create: Factory<Contract>,
  options?: Options<Contract>,
): Provided<Contract> {
  let made: Promise<Handles<Contract>> | undefined;
  const get = (): Promise<Handles<Contract>> => {
    made ??= (async () => create())().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return perEvent(contract, get, options);
}
