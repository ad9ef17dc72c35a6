import { LocalBroker, LocalStore } from "@eventwright/runtime";
import { type BrokerUnderTest, testBroker, VirtualClock } from "@eventwright/runtime/testing";
import { test } from "vitest";

/** Brokers that share one store, in a time of its own. */
function create(isolation: "share" | "copy", maxBytes?: number): BrokerUnderTest {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new LocalStore(clock);
  const limit = maxBytes === undefined ? {} : { maxBytes };
  return { clock, make: () => new LocalBroker({ store, clock, isolation, ...limit }) };
}

testBroker({
  name: "local broker",
  test,
  create: () => create("share"),
  broker: new LocalBroker(),
});

testBroker({
  name: "local broker that copies",
  test,
  create: () => create("copy", 100_000),
  broker: new LocalBroker({ isolation: "copy", maxBytes: 100_000 }),
});
