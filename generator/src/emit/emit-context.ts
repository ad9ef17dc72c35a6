import type { Channel, Contract, ContractSet, PayloadType, TypeReference } from "../model/contract.js";
import type { TypeStatement } from "./source-file.js";
import { TypeTable } from "./validators/type-table.js";

/** Finds a named type of the set. @throws Error for a key that the set does not hold */
export type TypeLookup = (key: TypeReference) => PayloadType;

/** What every emitter reads: the model, looked up by key, and the declarations of its types. */
export interface EmitContext {
  readonly set: ContractSet;
  readonly lookup: TypeLookup;
  /** The declaration of each named type of the set. */
  readonly declaration: (key: TypeReference) => TypeStatement;
  /** How many levels of objects and arrays the validator of a type goes down by itself. */
  readonly levels: (key: TypeReference) => number;
}

export function createEmitContext(
  set: ContractSet,
  declarations: ReadonlyMap<TypeReference, TypeStatement>,
): EmitContext {
  const table = new TypeTable(set.types);
  return {
    set,
    lookup: typeLookup(set),
    declaration: (key) => found(declarations.get(key), key),
    levels: (key) => table.levels(key),
  };
}

export function typeLookup({ types }: ContractSet): TypeLookup {
  const byKey = new Map(types.map((type) => [type.key, type]));
  return (key) => found(byKey.get(key), key);
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

export function eventsOf(channel: Channel): readonly Contract[] {
  return channel.contracts.filter(({ kind }) => kind === "event");
}

function found<Value>(value: Value | undefined, key: TypeReference): Value {
  if (value === undefined)
    throw new Error(`internal error: the contract set holds no type ${JSON.stringify(key)}`);
  return value;
}
