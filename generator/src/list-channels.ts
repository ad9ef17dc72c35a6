import type { Channel, Contract } from "./model/contract.js";
import { type Config, resolveGenerateOptions, sourceFolders } from "./options.js";

/** What a channel carries, without what its payloads look like. */
export interface ListedChannel {
  readonly name: string;
  /** Name on the wire; may hold `{parameters}`. */
  readonly address: string;
  readonly durable: boolean;
  readonly owner?: string;
  readonly description?: string;
  /** Sorted by name. */
  readonly contracts: readonly ListedContract[];
}

export interface ListedContract {
  readonly name: string;
  readonly kind: Contract["kind"];
  /** CloudEvents type on the wire. */
  readonly type: string;
  readonly version: number;
  /** JSON Pointer into the payload. */
  readonly key?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
}

export interface ListOptions extends Pick<Config, "schemas" | "roots"> {
  /** @default process.cwd() */
  readonly workingFolder?: string;
}

/**
 * All channels and their contracts, sorted by name. Checks the contracts as `generate` does: throws a
 * `FindingsError` with everything that is wrong with them.
 */
export async function listChannels(options: ListOptions = {}): Promise<readonly ListedChannel[]> {
  const { loadContracts } = await import("./load/load-contracts.js");
  return loadContracts(sourceFolders(resolveGenerateOptions(options))).set.channels.map(listChannel);
}

function listChannel({ name, address, durable, owner, description, contracts }: Channel): ListedChannel {
  return {
    name,
    address,
    durable,
    ...(owner !== undefined && { owner }),
    ...(description !== undefined && { description }),
    contracts: contracts.map(listContract),
  };
}

function listContract({ name, kind, type, version, key, description, deprecated }: Contract): ListedContract {
  return {
    name,
    kind,
    type,
    version,
    ...(key !== undefined && { key }),
    ...(description !== undefined && { description }),
    ...(deprecated !== undefined && { deprecated }),
  };
}
