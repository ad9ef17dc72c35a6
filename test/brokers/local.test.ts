import {
  LocalBroker,
  type LocalBrokerOptions,
  LocalStore,
  type LocalStoreOptions,
  systemClock,
} from "@eventwright/runtime";
import { type BrokerUnderTest, testBroker, VirtualClock } from "@eventwright/runtime/testing";
import { test } from "vitest";

/** Brokers that share one store, in a time of its own. */
function create(options: LocalBrokerOptions, storeOptions?: LocalStoreOptions): BrokerUnderTest {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new LocalStore(clock, storeOptions);
  return { clock, make: () => new LocalBroker({ store, clock, ...options }) };
}

const keeping = { retainMs: 60_000, dedupeWindowMs: 60_000 };

testBroker({
  name: "local broker",
  test,
  create: () => create({}),
  broker: new LocalBroker(),
});

testBroker({
  name: "local broker that copies, retains and remembers ids",
  test,
  create: () => create({ isolation: "copy", maxBytes: 100_000 }, keeping),
  broker: new LocalBroker({ maxBytes: 100_000, store: new LocalStore(systemClock, keeping) }),
});
