import { EventBus } from "@eventwright/runtime";
import { AmqpBroker } from "@eventwright/runtime/amqp";
import { type BrokerUnderTest, type Load, testBroker } from "@eventwright/runtime/testing";
import { test } from "vitest";
import { givenRabbitmq } from "../../helpers/servers/given.js";
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

/** A broker that says what the server can do: one that is given may be of any version. */
async function knowing(url: string | undefined): Promise<AmqpBroker> {
  if (url === undefined) return new AmqpBroker({ url: "amqp://localhost" });
  const broker = new AmqpBroker({ url });
  await using bus = new EventBus({ source: "test/amqp", broker });
  await bus.start();
  return broker;
}

/** Holds the broker to the suite, on the server of the test file. */
export async function testAmqpBroker(load: Load): Promise<void> {
  const broker = await knowing(givenRabbitmq()?.url);
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
    broker,
    hasLink: true,
  });
}
