import { AmqpBroker } from "@eventwright/runtime/amqp";
import { testBroker } from "@eventwright/runtime/testing";
import { test } from "vitest";
import { rabbitmqForFile } from "../../helpers/servers/shared.js";

const rabbitmq = rabbitmqForFile();

testBroker({
  name: "amqp broker",
  test,
  create: () => ({
    make: (options) => new AmqpBroker({ url: rabbitmq().url, maxBytes: 100_000, ...options }),
  }),
  broker: new AmqpBroker({ url: "amqp://localhost" }),
});
