import { clusterFaults } from "./cluster-faults.js";
import { crewFaults } from "./crew-faults.js";
import { failoverFaults } from "./failover-faults.js";
import type { FaultKind } from "./fault-kind.js";
import { linkFaults } from "./link-faults.js";
import { serverFaults } from "./server-faults.js";

const kinds = {
  ...serverFaults,
  ...linkFaults,
  ...crewFaults,
  ...clusterFaults,
  ...failoverFaults,
};

export type FaultName = keyof typeof kinds;

/** All that the machine can break, by name. */
export const faultKinds: { readonly [name in FaultName]: FaultKind } = kinds;
