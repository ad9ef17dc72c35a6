import { AmqpBroker } from "@eventwright/runtime/amqp";
import { type BrokerUnderTest, type Load, testBroker } from "@eventwright/runtime/testing";
import { test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { breakableLink } from "../breakable-link.js";

function create(url: string, exchange: string): BrokerUnderTest {
  return { make: (options) => new AmqpBroker({ url, exchange, maxBytes: 100_000, ...options }) };
}

/** Over a link that can be broken. */
async function createLinked(server: string, exchange: string): Promise<BrokerUnderTest> {
  const { url, ...breakable } = await breakableLink(server);
  return { make: () => new AmqpBroker({ url, exchange, connectTimeoutMs: 1_000 }), ...breakable };
}

/** Holds the broker to the suite, on the server of the test file. */
export function testAmqpBroker(load: Load): void {
  const rabbitmq = rabbitmqForFile();
  testBroker({
    name: "amqp broker",
    test,
    load,
    patienceMs: load === "stress" ? 60_000 : 20_000,
    create: (needs) => {
      const { url } = rabbitmq();
      const exchange = `suite-${crypto.randomUUID()}`; // listeners have the same names in each run
      return needs === "link" ? createLinked(url, exchange) : create(url, exchange);
    },
    broker: new AmqpBroker({ url: "amqp://localhost" }),
    hasLink: true,
  });
}
