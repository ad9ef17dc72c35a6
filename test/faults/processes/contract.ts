import { createHash } from "node:crypto";
import { type Channel, defineChannel, defineEvent, type EventContract } from "@eventwright/runtime/contract";
import type { Fate } from "./plan.js";

/** What all processes of a run exchange. */
export interface Step {
  readonly key: string;
  /** Counts the events of one publisher. */
  readonly n: number;
  readonly fate?: Fate;
  /** Bytes, so that events are of different lengths. */
  readonly text: string;
}

export function stepContract(run: string): EventContract<Step> {
  const channel: Channel = defineChannel({ name: `faults-${run}`, address: `faults.${run}`, durable: true });
  return defineEvent<Step>({
    name: "StepTaken",
    channel,
    type: `faults.${run}.StepTaken.v1`,
    version: 1,
    key: "/key",
    payload: () => undefined,
  });
}

/** Equal for equal payloads and headers. */
export function digestOf({ key, n, fate, text }: Step, header: string | undefined): string {
  const content = JSON.stringify([key, n, fate ?? "", text, header ?? ""]);
  return createHash("sha256").update(content).digest("base64url").slice(0, 12);
}
