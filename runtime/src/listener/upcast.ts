import type { AnyEventContract, EventContract } from "../contract/contract.js";

/** How events of an older contract become ones of the contract that a listener takes. */
export interface Upcast<To> {
  readonly from: AnyEventContract;
  convert(payload: unknown): To;
}

/** Lets a listener take an older contract as well: each of its events is converted, checked and then handled. */
export function upcast<From, To>(
  from: EventContract<From, unknown>,
  convert: (payload: From) => To,
): Upcast<To> {
  return {
    from,
    convert: (payload) => {
      from.assert(payload);
      return convert(payload);
    },
  };
}
