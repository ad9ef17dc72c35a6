import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, inject } from "vitest";
import { type GivenServer, givenRabbitmq, givenRedis } from "./given.js";
import { RabbitmqControl, type RabbitmqEndpoint } from "./rabbitmq-control.js";
import { type RedisServer, startRedis } from "./redis.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the test run tells its RabbitMQ; see global-setup.ts. */
    readonly rabbitmqPort: number;
  }
}

/** What the test run says of its RabbitMQ. */
export type RabbitmqAnswer = { readonly endpoint: RabbitmqEndpoint } | { readonly problem: string };

/** A virtual host of a RabbitMQ that other test files use too: not to be stopped. */
export interface SharedRabbitmq extends GivenServer {
  /** Undefined for a server that somebody else runs. */
  readonly control?: RabbitmqControl;
}

/** A Redis for the calling test file: its own, closed after the file, or the one that was given. */
export async function redisForFile(): Promise<RedisServer | GivenServer> {
  const given = givenRedis();
  if (given !== undefined) return given;
  const redis = await startRedis();
  afterAll(() => redis.close());
  return redis;
}

/**
 * A virtual host for the calling test file, removed after it, on the RabbitMQ of the test run. The server that
 * was given has no such thing: all test files use its URL as it is.
 */
export async function rabbitmqForFile(): Promise<SharedRabbitmq> {
  const given = givenRabbitmq();
  if (given !== undefined) return given;
  const control = new RabbitmqControl(await askForRabbitmq());
  const { name, url } = await control.createVhost();
  afterAll(() => control.deleteVhost(name));
  return { canRestart: false, url, control };
}

/** Starts the RabbitMQ of the test run if nobody has asked for it yet. */
export async function askForRabbitmq(): Promise<RabbitmqEndpoint> {
  const answer: RabbitmqAnswer = JSON.parse(await text(connect(inject("rabbitmqPort"), "127.0.0.1")));
  if ("problem" in answer) throw new Error(answer.problem);
  return answer.endpoint;
}
