import type { AnyEventContract, EventContract } from "../contract/contract.js";

/** How events of an older contract become ones of a newer. */
export interface Upcast {
  readonly from: AnyEventContract;
  readonly to: AnyEventContract;
  convert(payload: unknown): unknown;
}

/**
 * Lets a listener of `to` take events of the older `from` as well: each is converted and checked, then handled. To be
 * given in the listener's options.
 */
export function upcast<From, const To>(
  from: EventContract<From, unknown>,
  to: EventContract<To, unknown>,
  convert: (payload: From) => NoInfer<To>,
): Upcast {
  return {
    from,
    to,
    convert: (payload) => {
      from.assert(payload);
      return convert(payload);
    },
  };
}
