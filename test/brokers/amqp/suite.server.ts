import { AmqpBroker } from "@eventwright/runtime/amqp";
import { testBroker } from "@eventwright/runtime/testing";
import { test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";

const rabbitmq = rabbitmqForFile();

/** Listeners have the same names in each run. */
const exchange = `suite-${crypto.randomUUID()}`;

testBroker({
  name: "amqp broker",
  test,
  create: () => ({
    make: (options) => new AmqpBroker({ url: rabbitmq().url, exchange, maxBytes: 100_000, ...options }),
  }),
  broker: new AmqpBroker({ url: "amqp://localhost" }),
});
