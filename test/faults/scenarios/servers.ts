import type { Scenario } from "../scenario.js";
import { load, mail, stock, usual } from "./usual.js";

/** Faults of the server and of the way to it. */
export const serverScenarios: readonly Scenario[] = [
  { ...usual, id: "none", title: "no fault at all", rounds: 1, strikes: [], lastEvents: 2_000 },
  {
    ...usual,
    id: "F1",
    title: "server killed, again and again",
    rounds: 10,
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
    rules: { reports: /lost its (queue|group)|made again/ },
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
    strikes: [{ fault: "queues lost", afterEvents: [100, 300] }],
    rules: { reports: /lost its (queue|group)|made again/ },
  },
  {
    ...usual,
    id: "F10",
    title: "other password, then the right one; certificate expired, then renewed",
    setup: "secure",
    rounds: 2,
    strikes: [
      { fault: "password refused", afterEvents: [50, 200], forMs: [3_000, 7_000] },
      { fault: "certificate expired", afterEvents: [50, 200], forMs: [500, 2_000] },
    ],
  },
  {
    ...usual,
    id: "F17",
    title: "events held longer than the server allows",
    brokers: ["amqp"],
    rounds: 2,
    strikes: [{ fault: "events held too long", afterEvents: [50, 200], forMs: [8_000, 10_000] }],
    rules: { reports: /lost its channel: .*(timeout|PRECONDITION)/ },
  },
  {
    ...usual,
    id: "F20",
    title: "stream trimmed below what is unacknowledged",
    brokers: ["redis"],
    rounds: 3,
    strikes: [{ fault: "stream trimmed", afterEvents: [100, 300] }],
    listeners: [mail, { ...stock, handlerMs: [20, 100] }],
    load: { ...load, perSecond: 400 },
    rules: { reports: /lost \d+ events for \w+: the server removed/ },
  },
  {
    ...usual,
    id: "F21",
    title: "server out of memory",
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
  {
    ...usual,
    id: "F27",
    title: "disk that stalls, for less and for more than a publish may take",
    rounds: 2,
    strikes: [
      { fault: "disk stalled", afterEvents: [50, 200], forMs: [300, 2_000] },
      { fault: "disk stalled", afterEvents: [50, 200], forMs: [9_000, 11_000] },
    ],
  },
];
