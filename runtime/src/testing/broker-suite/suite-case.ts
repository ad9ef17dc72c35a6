import type { BrokerFeatures } from "../../broker/broker.js";
import type { World } from "./world.js";

/** What a case can do beside using brokers: ask what the server holds; break the link to it. */
export type Hook = "inspect" | "link";

/** A feature that a broker declares, or a hook. */
export type Need = keyof BrokerFeatures | Hook;

/** One promise that every broker is held to. */
export interface SuiteCase {
  /** As in the table of `docs/broker-suite.md`: `P1`, `A8`. */
  readonly id: string;
  readonly promise: string;
  /** What it needs of a broker or of its server. */
  readonly needs?: Need;
  /** Throws when the promise is broken. */
  readonly run: (world: World) => Promise<void>;
}

/** Whether a broker has what a case needs, `hooks` being what can be done to it beside. */
export function hasFeature(
  features: BrokerFeatures,
  needs: SuiteCase["needs"],
  hooks: readonly Hook[],
): boolean {
  if (needs === undefined) return true;
  if (needs === "inspect" || needs === "link") return hooks.includes(needs);
  const feature = features[needs];
  return feature !== false && feature !== "none" && feature !== Number.POSITIVE_INFINITY;
}
