import { testRedisBroker } from "./suite.js";

testRedisBroker("quick");
