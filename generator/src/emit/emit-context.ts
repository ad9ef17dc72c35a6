import type { Channel, Contract, ContractSet, PayloadType, TypeReference } from "../model/contract.js";
import type { TypeStatement } from "./source-file.js";

/** What every emitter reads: the model, looked up by key, and the declarations of its types. */
export interface EmitContext {
  readonly set: ContractSet;
  /** @throws Error for a key that the set does not hold */
  readonly lookup: (key: TypeReference) => PayloadType;
  /** The declaration of each named type of the set. */
  readonly declaration: (key: TypeReference) => TypeStatement;
}

export function createEmitContext(
  set: ContractSet,
  declarations: ReadonlyMap<TypeReference, TypeStatement>,
): EmitContext {
  const types = new Map(set.types.map((type) => [type.key, type]));
  return {
    set,
    lookup: (key) => found(types.get(key), key),
    declaration: (key) => found(declarations.get(key), key),
  };
}

/** A contract with the channel that it belongs to. */
export interface ChannelContract {
  readonly channel: Channel;
  readonly contract: Contract;
}

/** All contracts of the set, in order of channels and names. */
export function contractsOf(set: ContractSet): readonly ChannelContract[] {
  return set.channels.flatMap((channel) => channel.contracts.map((contract) => ({ channel, contract })));
}

function found<Value>(value: Value | undefined, key: TypeReference): Value {
  if (value === undefined)
    throw new Error(`internal error: the contract set holds no type ${JSON.stringify(key)}`);
  return value;
}
