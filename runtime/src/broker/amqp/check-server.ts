import { BrokerError } from "../../errors.js";
import type { AmqpClient } from "./amqp-client.js";

/** The first RabbitMQ that moves events to dead letters without losing any; earlier ones ignore that this is asked for. */
const leastVersion = "3.10";

/** What amqplib has room for in one frame, and the frame's own bytes: headers cannot be split. */
const leastFrameMax = 65_536 + 8;

/** @throws BrokerError `BROKER_FAILED` for a server that cannot keep the broker's promises */
export function checkServer({ connection }: AmqpClient): void {
  const { product, version } = connection.serverProperties;
  const isRabbitmq = product === "RabbitMQ" && typeof version === "string";
  if (isRabbitmq && version.localeCompare(leastVersion, "en", { numeric: true }) < 0)
    throw unfit(`expected RabbitMQ ${leastVersion} or later, got ${version}`);
  const { frameMax } = connection;
  if (frameMax !== undefined && frameMax < leastFrameMax)
    throw unfit(`expected a frame_max of at least ${leastFrameMax} bytes, got ${frameMax}`);
}

function unfit(problem: string): BrokerError {
  return new BrokerError("BROKER_FAILED", `cannot use this AMQP server: ${problem}`);
}
