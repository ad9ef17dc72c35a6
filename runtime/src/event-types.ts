import type { AnyContract, AnyEventContract, ParametersOf, PayloadOf } from "./contract/contract.js";
import type {
  ChannelListener,
  HandlerContext,
  HandlerReturn,
  ListenerOf,
  ListenerOptions,
} from "./contract/listener.js";

/** One contract, or several that a function handles. */
export type EventContracts = AnyEventContract | readonly AnyEventContract[];

/** Of several contracts any. */
export type OneOf<Contracts> = Contracts extends readonly (infer Contract)[] ? Contract : Contracts;

/** A function that handles events of one contract, or of any of several. */
export type EventHandler<Contracts> = (
  event: PayloadOf<OneOf<Contracts>>,
  context: HandlerContext<ParametersOf<OneOf<Contracts>>>,
) => HandlerReturn;

/** Options for a function that handles events of these contracts. */
export type EventOptions<Contracts> = ListenerOptions<
  PayloadOf<OneOf<Contracts>>,
  ParametersOf<OneOf<Contracts>>
>;

/** What each member of a union of listeners has to be. */
export type EachListener<Several, Allowed extends AnyContract> = Several extends {
  readonly contract: infer Contract extends Allowed;
}
  ? ListenerOf<Contract>
  : ChannelListener;
