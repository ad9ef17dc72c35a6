import { testAmqpBroker } from "./suite.js";

testAmqpBroker("quick");
