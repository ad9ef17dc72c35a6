import { parseArgs } from "node:util";
import { runLocally } from "./local-story.js";
import { runOnServer } from "./server-story.js";

const { values } = parseArgs({ options: { broker: { type: "string", default: "local" } } });

switch (values.broker) {
  case "local":
    await runLocally();
    break;
  case "redis":
  case "amqp":
    await runOnServer(values.broker);
    break;
  default:
    console.error(`unknown broker ${JSON.stringify(values.broker)}; expected local, redis or amqp`);
    process.exit(2);
}
console.log("\nThe shop closes.");
