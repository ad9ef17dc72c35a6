import { startRabbitmq } from "@eventwright/test-servers/rabbitmq";
import { startRedis } from "@eventwright/test-servers/redis";
import type { ServerKind } from "./make-broker.js";

/** A server of our own, on a free port, with its data in a temporary folder. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
  /** Again, with the data it had. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

export async function startServer(kind: ServerKind): Promise<Server> {
  if (kind === "redis") return startRedis();
  const rabbitmq = await startRabbitmq();
  return {
    url: rabbitmq.control.url(),
    stop: () => rabbitmq.stop(),
    start: () => rabbitmq.start(),
    close: () => rabbitmq.close(),
  };
}
