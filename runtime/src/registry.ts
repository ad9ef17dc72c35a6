import type { AnyContract } from "./contract/contract.js";
import { isContract } from "./contract/is-contract.js";
import { BusError } from "./errors.js";

/**
 * The contracts that a bus knows, by their type on the wire: what is not in it is neither sent nor received. Given a
 * list, the registry holds exactly that; else it learns each contract when it is first used.
 */
export class ContractRegistry {
  readonly #byType = new Map<string, AnyContract>();
  /** Whether it holds a given list, and learns nothing. */
  readonly closed: boolean;

  constructor(contracts: readonly AnyContract[] | undefined) {
    for (const contract of contracts ?? []) this.#add(contract);
    this.closed = contracts !== undefined;
  }

  get contracts(): readonly AnyContract[] {
    return [...this.#byType.values()];
  }

  find(type: string): AnyContract | undefined {
    return this.#byType.get(type);
  }

  /** @throws BusError for what is no contract, is another one of the same type, or is not in the list */
  admit(contract: AnyContract): void {
    if (this.#byType.get(contract?.type) === contract && contract !== undefined) return;
    if (this.closed && isContract(contract) && !this.#byType.has(contract.type)) {
      throw new BusError(
        "CONTRACT_UNKNOWN",
        `cannot use ${contract.name}: it is not among the bus's contracts`,
      );
    }
    this.#add(contract);
  }

  #add(contract: AnyContract): void {
    if (!isContract(contract)) {
      throw new BusError(
        "CONTRACT_UNKNOWN",
        "cannot use contract: expected one of generated code, got another object",
      );
    }
    const other = this.#byType.get(contract.type);
    if (other !== undefined && other !== contract) {
      throw new BusError(
        "CONTRACT_CONFLICT",
        `cannot use ${contract.name}: the bus knows another contract of type ${contract.type}`,
      );
    }
    this.#byType.set(contract.type, contract);
  }
}
