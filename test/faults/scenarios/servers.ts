import type { Scenario } from "../scenario.js";
import { both, usual } from "./usual.js";

/** Faults of the server and of the way to it. */
export const serverScenarios: readonly Scenario[] = [
  { ...usual, id: "none", title: "no fault at all", rounds: 1, strikes: [], lastEvents: 2_000 },
  {
    ...usual,
    id: "F1",
    title: "server killed, again and again",
    rounds: 3,
    strikes: [
      { fault: "server killed", afterEvents: [50, 300], forMs: [200, 500] },
      { fault: "server killed", afterEvents: [50, 300], forMs: [1_000, 6_000] },
    ],
  },
  {
    ...usual,
    id: "F2",
    title: "server stopped in order",
    rounds: 2,
    strikes: [{ fault: "server stopped", afterEvents: [50, 300], forMs: [200, 3_000] }],
  },
  {
    ...usual,
    id: "F3",
    title: "processes start and close while the server is away",
    rounds: 2,
    strikes: [
      { fault: "started in an outage", afterEvents: [50, 200], forMs: [500, 3_000] },
      { fault: "closed in an outage", afterEvents: [50, 200], forMs: [500, 3_000] },
    ],
  },
  {
    ...usual,
    id: "F4",
    title: "server comes back empty",
    rounds: 2,
    strikes: [{ fault: "server wiped", afterEvents: [100, 300] }],
  },
  {
    ...usual,
    id: "F5",
    title: "connections reset or cut",
    rounds: 6,
    strikes: [
      { fault: "connections reset", afterEvents: [20, 200] },
      { fault: "connections cut", afterEvents: [20, 200] },
    ],
  },
  {
    ...usual,
    id: "F6",
    title: "half-open links",
    rounds: 1,
    strikes: [
      { fault: "links half-open", afterEvents: [50, 200], forMs: [500, 1_000] },
      { fault: "links half-open", afterEvents: [50, 200], forMs: [8_000, 12_000] },
    ],
  },
  {
    ...usual,
    id: "F7",
    title: "links that lose the answers",
    rounds: 2,
    strikes: [{ fault: "answers lost", afterEvents: [50, 200], forMs: [500, 8_000] }],
  },
  {
    ...usual,
    id: "F8",
    title: "slow and thin links",
    rounds: 1,
    strikes: [
      { fault: "links slow", afterEvents: [50, 200], forMs: [3_000, 5_000] },
      { fault: "links thin", afterEvents: [50, 200], forMs: [3_000, 5_000] },
    ],
  },
  {
    ...usual,
    id: "F9",
    title: "handshake that never ends",
    rounds: 1,
    strikes: [{ fault: "handshake never ends", afterEvents: [50, 200], forMs: [6_000, 12_000] }],
  },
  {
    ...usual,
    id: "F11",
    title: "one connection ended by an operator",
    rounds: 10,
    strikes: [{ fault: "one connection ended", afterEvents: [20, 200] }],
  },
  {
    ...usual,
    id: "F14",
    title: "queues or groups removed by an operator",
    rounds: 2,
    strikes: [{ fault: "queue lost", afterEvents: [100, 300] }],
  },
  {
    ...usual,
    id: "F21",
    title: "server out of memory",
    brokers: both,
    rounds: 2,
    strikes: [{ fault: "server full", afterEvents: [100, 300], forMs: [1_000, 3_000] }],
  },
  {
    ...usual,
    id: "F23",
    title: "server paused",
    rounds: 1,
    strikes: [
      { fault: "server paused", afterEvents: [100, 300], forMs: [500, 1_500] },
      { fault: "server paused", afterEvents: [100, 300], forMs: [7_000, 10_000] },
    ],
  },
];
