import { testRedisBroker } from "./suite.js";

testRedisBroker("stress");
