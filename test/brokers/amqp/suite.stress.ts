import { testAmqpBroker } from "./suite.js";

await testAmqpBroker("stress");
