import type { BrokerStatus } from "./broker/broker.js";
import type { BusState } from "./status.js";

/** Whether a bus does its work, as it is now. */
export interface Health {
  readonly state: BusState;
  /** Running, connected, and every listener gets its events. */
  readonly healthy: boolean;
  readonly brokers: readonly { readonly name: string; readonly status: BrokerStatus }[];
  readonly listeners: readonly ListenerHealth[];
}

export interface ListenerHealth {
  readonly name: string;
  /** Names of the contracts that it takes. */
  readonly contracts: readonly string[];
  /** Whether events reach it. */
  readonly consuming: boolean;
  /** Whether it was told to pause. */
  readonly paused: boolean;
  /** Events taken and not settled. */
  readonly open: number;
}
