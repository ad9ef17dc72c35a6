import type { Scenario } from "../scenario.js";

const both = ["redis", "amqp"] as const;

const load = { perSecond: 200, window: 64, deadlineMs: 8_000, keys: 16 } as const;

const mail = { group: "mail", instances: 1, concurrency: 8, handlerMs: [0, 5] } as const;
const stock = { group: "stock", instances: 3, concurrency: 4, handlerMs: [0, 20] } as const;

/** The rows of the catalogue that the machine can run. */
export const scenarios: readonly Scenario[] = [
  {
    id: "none",
    title: "no fault at all",
    brokers: both,
    publishers: 2,
    load: { ...load, fates: { failing: 0.02, condemned: 0.01 } },
    listeners: [mail, stock],
    rounds: 1,
    strikes: [],
    lastEvents: 2_000,
  },
  {
    id: "F1",
    title: "server killed, again and again",
    brokers: both,
    publishers: 2,
    load: { ...load, fates: { failing: 0.02, condemned: 0.01 } },
    listeners: [mail, stock],
    rounds: 3,
    strikes: [{ fault: "server killed", afterEvents: [50, 300], forMs: [200, 1_500] }],
  },
  {
    id: "F5",
    title: "connections reset",
    brokers: both,
    publishers: 2,
    load: { ...load, fates: { failing: 0.02, condemned: 0.01 } },
    listeners: [mail, stock],
    rounds: 10,
    strikes: [{ fault: "connections reset", afterEvents: [20, 200] }],
  },
  {
    id: "F30",
    title: "listeners killed in the handler",
    brokers: both,
    publishers: 1,
    load,
    listeners: [stock],
    rounds: 10,
    strikes: [{ fault: "listener killed", afterEvents: [20, 150] }],
  },
];
