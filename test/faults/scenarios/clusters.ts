import type { Scenario } from "../scenario.js";
import { load, usual } from "./usual.js";

/** Three nodes of RabbitMQ: any one of them may go. */
const cluster = {
  ...usual,
  brokers: ["amqp"],
  setup: "cluster",
  rules: { unknownInAnyOrder: true },
} as const satisfies Partial<Scenario>;

const back = { fault: "dead node back", afterEvents: [200, 400] } as const;

/** Faults of a RabbitMQ cluster. */
export const clusterScenarios: readonly Scenario[] = [
  {
    ...cluster,
    id: "C1",
    title: "leader, follower and the clients' node killed",
    rounds: 2,
    strikes: [
      { fault: "leader killed", afterEvents: [200, 400] },
      back,
      { fault: "follower killed", afterEvents: [200, 400] },
      back,
      { fault: "clients' node killed", afterEvents: [200, 400] },
      back,
    ],
    rules: { ...cluster.rules, maxGapMs: 3_000 },
  },
  {
    ...cluster,
    id: "C3",
    title: "all three restarted one by one, five times",
    rounds: 5,
    strikes: [{ fault: "nodes restarted one by one", afterEvents: [100, 300] }],
  },
  {
    ...cluster,
    id: "C5",
    title: "leader paused beyond the tick time",
    rounds: 1,
    strikes: [{ fault: "node paused", afterEvents: [100, 300], forMs: [15_000, 20_000] }],
    // Another node leads once the tick time has passed.
    rules: { ...cluster.rules, recoverMs: 20_000 },
  },
  {
    ...cluster,
    id: "C6",
    title: "leader moved by hand, leaders rebalanced, node removed from the cluster and taken back",
    rounds: 2,
    strikes: [
      { fault: "leader moved", afterEvents: [100, 300] },
      { fault: "leaders rebalanced", afterEvents: [100, 300] },
      { fault: "node removed", afterEvents: [100, 300], forMs: [1_000, 3_000] },
    ],
  },
  {
    ...cluster,
    id: "C7",
    title: "leader of the dead letters killed",
    load: { ...load, fates: { failing: 0.02, condemned: 0.1 } },
    rounds: 2,
    strikes: [{ fault: "leader of dead letters killed", afterEvents: [200, 400] }, back],
  },
];
