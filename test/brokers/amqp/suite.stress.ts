import { testAmqpBroker } from "./suite.js";

testAmqpBroker("stress");
