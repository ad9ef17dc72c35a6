import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { beforeAll, inject } from "vitest";
import { type GivenServer, givenRabbitmq, givenRedis } from "./given.js";
import { openGivenRabbitmq } from "./given-rabbitmq.js";
import { openGivenRedis } from "./given-redis.js";
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

/** Installing what is missing may be part of it. */
const startTimeoutMs = 300_000;

/**
 * To be called at the top of a test file or in a `describe`: a Redis for the tests there, closed after them, or
 * an empty database of the one that was given, emptied after them. The function that it returns is for hooks and
 * tests.
 */
export function redisForFile(): () => RedisServer | GivenServer {
  return beforeTests<RedisServer | GivenServer>(async () => {
    const given = givenRedis();
    if (given !== undefined) {
      const { server, close } = await openGivenRedis(given);
      return { value: server, close };
    }
    return await openOwnRedis();
  });
}

/** As {@link redisForFile}, whatever was given: for tests that change how their server works. */
export function ownRedisForFile(): () => RedisServer {
  return beforeTests(openOwnRedis);
}

async function openOwnRedis(): Promise<{ value: RedisServer; close: () => Promise<void> }> {
  const redis = await startRedis();
  return { value: redis, close: () => redis.close() };
}

/**
 * As {@link redisForFile}: a virtual host on the RabbitMQ of the test run, removed after the tests; or the server
 * that was given, from which what the tests have declared is deleted after them.
 */
export function rabbitmqForFile(): () => SharedRabbitmq {
  return beforeTests<SharedRabbitmq>(async () => {
    const given = givenRabbitmq();
    if (given !== undefined) {
      const { server, close } = await openGivenRabbitmq(given);
      return { value: server, close };
    }
    const control = new RabbitmqControl(await askForRabbitmq());
    const { name, url } = await control.createVhost();
    return { value: { canRestart: false, url, control }, close: () => control.deleteVhost(name) };
  });
}

function beforeTests<T>(open: () => Promise<{ value: T; close?: () => Promise<void> }>): () => T {
  let opened: { readonly value: T } | undefined;
  beforeAll(async () => {
    const { value, close } = await open();
    opened = { value };
    return close;
  }, startTimeoutMs);
  return () => {
    if (opened === undefined) throw new Error("servers are there in hooks and tests only");
    return opened.value;
  };
}

/** Starts the RabbitMQ of the test run if nobody has asked for it yet. */
export async function askForRabbitmq(): Promise<RabbitmqEndpoint> {
  const answer: RabbitmqAnswer = JSON.parse(await text(connect(inject("rabbitmqPort"), "127.0.0.1")));
  if ("problem" in answer) throw new Error(answer.problem);
  return answer.endpoint;
}
