import { LocalBroker, LocalStore } from "@eventwright/runtime";
import { brokerCases, runCase, VirtualClock } from "@eventwright/runtime/testing";
import { test } from "vitest";

/** How often each case runs at the same time. */
const sideBySide = 10;

const storeOptions = { retainMs: 60_000, dedupeWindowMs: 60_000 };

const cases = brokerCases
  .filter(({ needs }) => needs !== "maxBytes" && needs !== "link")
  .map((suiteCase) => ({ ...suiteCase, suiteCase }));

test.for(cases)("local broker under stress $id: $promise", { timeout: 60_000 }, async ({ suiteCase }) => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new LocalStore(clock, storeOptions);
  await runCase(
    suiteCase,
    { clock, make: () => new LocalBroker({ store, clock }) },
    { load: "stress", patienceMs: 20_000 },
  );
  const runs = Array.from({ length: sideBySide }, () => {
    const own = new VirtualClock(Date.UTC(2026, 0, 1));
    const ownStore = new LocalStore(own, storeOptions);
    const make = (): LocalBroker => new LocalBroker({ store: ownStore, clock: own });
    return runCase(suiteCase, { clock: own, make }, { patienceMs: 20_000 });
  });
  await Promise.all(runs);
});
