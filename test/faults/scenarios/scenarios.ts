import type { Scenario } from "../scenario.js";
import { clientScenarios } from "./clients.js";
import { clusterScenarios } from "./clusters.js";
import { failoverScenarios } from "./failovers.js";
import { serverScenarios } from "./servers.js";

/** The rows of the catalogue of faults that the machine runs. */
export const scenarios: readonly Scenario[] = [
  ...serverScenarios,
  ...clientScenarios,
  ...failoverScenarios,
  ...clusterScenarios,
];
