import type { AnyContract } from "./contract.js";

/** What every contract is, and nothing of what it can do: a bus tells contracts by it, and brings none of that along. */
export abstract class ContractMark {
  abstract readonly kind: AnyContract["kind"];
}

/** Whether this was made by generated code: a look-alike is none. */
export function isContract(value: unknown): value is AnyContract {
  return value instanceof ContractMark;
}
