import type { FaultName } from "./faults/faults.js";
import type { BrokerKind, Flaw, ListenerPlan, LoadPlan } from "./processes/plan.js";
import type { Rules } from "./rules.js";
import type { Setup } from "./worlds/world.js";

/** From, to; drawn from the seed. */
export type Range = readonly [number, number];

/** A fault in the timetable. */
export interface Strike {
  readonly fault: FaultName;
  /** It strikes once so many more events were accepted. */
  readonly afterEvents: Range;
  /** How long it lasts. */
  readonly forMs?: Range;
}

/** A kind of run, as data; the seed says the rest. */
export interface Scenario {
  /** The row in the catalogue of faults. */
  readonly id: string;
  readonly title: string;
  readonly brokers: readonly BrokerKind[];
  /** @default "one" */
  readonly setup?: Setup;
  /** Replicas of Redis that must have an event before it counts as accepted: a fail-over then loses nothing. @default 0 */
  readonly replicas?: number;
  readonly publishers: number;
  readonly load: LoadPlan;
  readonly listeners: readonly (ListenerPlan & { readonly instances: number })[];
  /** Gone through so many times. */
  readonly rounds: number;
  readonly strikes: readonly Strike[];
  /** To be accepted after the last strike. @default 50 */
  readonly lastEvents?: number;
  /** How long to wait in the end until all that was accepted is settled. @default 45 000 */
  readonly settleTimeoutMs?: number;
  /** What every client does wrong. */
  readonly flaw?: Flaw;
  /** Where it differs from the usual. */
  readonly rules?: Partial<Rules>;
}
