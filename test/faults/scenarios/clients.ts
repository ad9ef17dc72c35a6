import type { Scenario } from "../scenario.js";
import { load, mail, stock, usual } from "./usual.js";

/** Faults of publishers, listeners and handlers. */
export const clientScenarios: readonly Scenario[] = [
  {
    ...usual,
    id: "F26",
    title: "event loop of a listener blocked",
    rounds: 2,
    strikes: [{ fault: "event loop blocked", afterEvents: [50, 200], forMs: [3_000, 6_000] }],
  },
  {
    ...usual,
    id: "F30",
    title: "listeners killed in the handler",
    listeners: [stock],
    rounds: 12,
    strikes: [{ fault: "listener killed", afterEvents: [20, 150] }],
  },
  {
    ...usual,
    id: "F32",
    title: "events that kill the process each time",
    publishers: 1,
    load: { ...load, perSecond: 60, fates: { deadly: 0.004 } },
    listeners: [stock],
    rounds: 1,
    strikes: [],
    lastEvents: 500,
    settleTimeoutMs: 120_000,
  },
  {
    ...usual,
    id: "F34",
    title: "listener much slower than the publishers, and a killed server",
    load: { ...load, perSecond: 500 },
    listeners: [{ group: "slow", instances: 1, concurrency: 8, handlerMs: [10, 30] }],
    rounds: 1,
    strikes: [
      { fault: "server killed", afterEvents: [4_000, 5_000], forMs: [500, 1_000] },
      { fault: "connections reset", afterEvents: [100, 1_000] },
    ],
    settleTimeoutMs: 90_000,
    // What waits before it comes first.
    rules: { recoverMs: 60_000 },
  },
  {
    ...usual,
    id: "F35",
    title: "all handlers fail for a while",
    rounds: 1,
    strikes: [{ fault: "all handlers fail", afterEvents: [100, 200], forMs: [3_000, 5_000] }],
    settleTimeoutMs: 90_000,
  },
  {
    ...usual,
    id: "F36",
    title: "rolling deployment",
    listeners: [{ ...mail, instances: 2 }, stock],
    rounds: 8,
    strikes: [{ fault: "listener replaced", afterEvents: [50, 100] }],
  },
  {
    ...usual,
    id: "F38",
    title: "listeners replaced between faults",
    listeners: [stock],
    rounds: 3,
    strikes: [
      { fault: "connections reset", afterEvents: [20, 100] },
      { fault: "listener replaced", afterEvents: [0, 20] },
      { fault: "listener killed", afterEvents: [0, 20] },
      { fault: "listener replaced", afterEvents: [0, 20] },
    ],
  },
  {
    ...usual,
    id: "F40",
    title: "publishers killed, also on a dead link",
    rounds: 5,
    strikes: [
      { fault: "publisher killed", afterEvents: [20, 200] },
      { fault: "publisher killed on a dead link", afterEvents: [20, 200], forMs: [200, 1_000] },
    ],
  },
];
