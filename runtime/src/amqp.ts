export { AmqpBroker } from "./broker/amqp/amqp-broker.js";
export type { AmqpClient, AmqpConnect, AmqpSocketOptions } from "./broker/amqp/amqp-client.js";
export type { AmqpBrokerOptions } from "./broker/amqp/amqp-options.js";
