import { LocalBroker, LocalStore } from "@eventwright/runtime";
import {
  type BrokenBroker,
  type BrokerUnderTest,
  brokenBrokers,
  brokerCases,
  runCase,
  VirtualClock,
} from "@eventwright/runtime/testing";
import { expect, test } from "vitest";

/** How long the suite waits for a fact that a broken broker keeps from coming true. */
const patienceMs = 150;

function create({ breakIt }: Pick<BrokenBroker, "breakIt">): BrokerUnderTest {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new LocalStore(clock, { retainMs: 60_000, dedupeWindowMs: 60_000 });
  return { clock, make: () => breakIt(new LocalBroker({ store, clock }), clock) };
}

const proofs = brokenBrokers.flatMap((broken) => broken.caughtBy.map((id) => ({ ...broken, id })));

test.for(proofs)("broken brokers: one that $fault is caught by $id", async ({ id, breakIt }) => {
  const suiteCase = brokerCases.find((one) => one.id === id);
  if (suiteCase === undefined) throw new Error(`no case ${id}`);
  await expect(runCase(suiteCase, create({ breakIt }), { patienceMs })).rejects.toThrow();
  await runCase(suiteCase, create({ breakIt: (broker) => broker }));
});
