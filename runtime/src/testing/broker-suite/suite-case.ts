import type { BrokerFeatures } from "../../broker/broker.js";
import type { World } from "./world.js";

/** One promise that every broker is held to. */
export interface SuiteCase {
  /** As in the table of `docs/broker-suite.md`: `P1`, `A8`. */
  readonly id: string;
  readonly promise: string;
  /** The feature that a broker must have for it. */
  readonly needs?: keyof BrokerFeatures | "inspect";
  /** Throws when the promise is broken. */
  readonly run: (world: World) => Promise<void>;
}

/** Whether a broker has what a case needs. */
export function hasFeature(
  features: BrokerFeatures,
  needs: SuiteCase["needs"],
  canInspect: boolean,
): boolean {
  if (needs === undefined) return true;
  if (needs === "inspect") return canInspect;
  const feature = features[needs];
  return feature !== false && feature !== "none" && feature !== Number.POSITIVE_INFINITY;
}
