import type { Scenario, Strike } from "../scenario.js";
import { usual } from "./usual.js";

const sentinel = {
  ...usual,
  brokers: ["redis"],
  setup: "sentinel",
  // Its client gives connections to sentinels two seconds to end.
  rules: { exitMs: 3_000 },
} as const satisfies Partial<Scenario>;

const cluster = { ...usual, brokers: ["redis"], setup: "cluster" } as const satisfies Partial<Scenario>;

const primaryLost: readonly Strike[] = [
  { fault: "primary killed", afterEvents: [200, 400] },
  { fault: "primary paused", afterEvents: [200, 400], forMs: [1_000, 3_000] },
  { fault: "primary cut off from the sentinels", afterEvents: [200, 400] },
];

const shardLost: readonly Strike[] = [
  { fault: "primary of the stream killed", afterEvents: [200, 400] },
  { fault: "primary of the stream paused", afterEvents: [200, 400], forMs: [1_000, 3_000] },
];

/** Faults of Redis Sentinel and Redis Cluster; a fail-over may lose what was accepted last, unless a replica had it. */
export const failoverScenarios: readonly Scenario[] = [
  {
    ...sentinel,
    id: "C8",
    title: "primary killed, paused, cut off from the sentinels; each comes back (C9)",
    rounds: 2,
    strikes: primaryLost,
  },
  {
    ...sentinel,
    id: "C8w",
    title: "the same, accepted only with a replica (WAIT)",
    replicas: 1,
    rounds: 2,
    strikes: primaryLost,
  },
  { ...cluster, id: "C10", title: "primary of the stream killed and paused", rounds: 2, strikes: shardLost },
  {
    ...cluster,
    id: "C10w",
    title: "the same, accepted only with a replica (WAIT)",
    replicas: 1,
    rounds: 2,
    strikes: shardLost,
  },
  {
    ...cluster,
    id: "C10m",
    title: "slot of the stream moved while it is in use",
    rounds: 4,
    strikes: [{ fault: "slot moved", afterEvents: [100, 300] }],
  },
];
