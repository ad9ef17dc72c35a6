export { type BrokenBroker, brokenBrokers } from "./testing/broken-brokers.js";
export {
  type BrokerSuiteOptions,
  brokerCases,
  runCase,
  type SuiteRunner,
  testBroker,
} from "./testing/broker-suite/run-suite.js";
export { type Hook, hasFeature, type Need, type SuiteCase } from "./testing/broker-suite/suite-case.js";
export type { BrokerUnderTest, Load, SuiteClock, SuiteLink, World } from "./testing/broker-suite/world.js";
export { DelegatingBroker, DelegatingSubscription, type OnDelivery } from "./testing/delegating-broker.js";
export { type Delivered, deliver } from "./testing/deliver.js";
export { TestBroker } from "./testing/test-broker.js";
export { VirtualClock } from "./testing/virtual-clock.js";
