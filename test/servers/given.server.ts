import { randomUUID } from "node:crypto";
import { connect } from "amqplib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { RabbitmqControl } from "../helpers/servers/rabbitmq-control.js";
import { type RedisServer, startRedis } from "../helpers/servers/redis.js";
import { askForRabbitmq, rabbitmqForFile, redisForFile } from "../helpers/servers/shared.js";

afterAll(() => {
  vi.unstubAllEnvs();
});

describe("a given Redis", () => {
  let redis: RedisServer;

  /** Runs a command in one database. */
  const inDatabase = async (database: number, ...words: readonly string[]): Promise<unknown> => {
    using connection = await redis.connect();
    await connection.command("SELECT", String(database));
    return await connection.command(...words);
  };

  beforeAll(async () => {
    redis = await startRedis();
    await inDatabase(0, "SET", "theirs", "1");
    await inDatabase(15, "SET", "theirs", "1");
    const [now] = Object(await redis.command("TIME"));
    await inDatabase(14, "SET", "eventwright-tests", String(Number(now) - 60));
    await inDatabase(13, "SET", "eventwright-tests", String(Number(now) - 3_660));
    await inDatabase(13, "SET", "left behind", "1");
    vi.stubEnv("EVENTWRIGHT_TEST_REDIS_URL", redis.url);
  });

  afterAll(() => redis.close());

  describe("during the tests", () => {
    const [one, two] = [redisForFile(), redisForFile()];

    test("each file has a database that is empty, or that a killed run left long ago", async () => {
      expect(one()).toEqual({ canRestart: false, url: `${redis.url}/13` });
      expect(two()).toEqual({ canRestart: false, url: `${redis.url}/12` });
      for (const database of [13, 12]) {
        expect(await inDatabase(database, "KEYS", "*")).toEqual(["eventwright-tests"]);
        await inDatabase(database, "SET", "ours", "1");
      }
    });
  });

  test("afterwards nothing of ours is left, and what is not ours is there", async () => {
    for (const database of [13, 12]) expect(await inDatabase(database, "DBSIZE")).toBe(0);
    for (const database of [0, 15]) expect(await inDatabase(database, "KEYS", "*")).toEqual(["theirs"]);
    expect(await inDatabase(14, "DBSIZE")).toBe(1);
  });
});

describe("a database that the URL of a given Redis names", () => {
  const url = "redis://127.0.0.1:1/3";

  beforeAll(() => {
    vi.stubEnv("EVENTWRIGHT_TEST_REDIS_URL", url);
  });

  const redis = redisForFile();

  test("is used as it is", () => {
    expect(redis()).toEqual({ canRestart: false, url });
  });
});

describe("a given RabbitMQ", () => {
  let control: RabbitmqControl;
  let vhost: string;
  let direct: string;

  /** The names of all queues and exchanges, but for those that every virtual host has. */
  const names = async (): Promise<string> => {
    const path = `<<"${vhost}">>`;
    return await control.evaluate(
      `[element(4, amqqueue:get_name(Q)) || Q <- rabbit_amqqueue:list(${path})] ++
       [element(4, element(2, X)) || X <- rabbit_exchange:list(${path}),
         binary:match(element(4, element(2, X)), <<"amq.">>) =:= nomatch, element(4, element(2, X)) =/= <<>>]`,
    );
  };

  beforeAll(async () => {
    vi.stubEnv("EVENTWRIGHT_TEST_AMQP_URL", "");
    control = new RabbitmqControl(await askForRabbitmq());
    vhost = `given-${randomUUID()}`;
    ({ url: direct } = await control.createVhost(vhost));
    const connection = await connect(direct);
    const channel = await connection.createChannel();
    await channel.assertQueue("theirs", { durable: true });
    await connection.close();
    vi.stubEnv("EVENTWRIGHT_TEST_AMQP_URL", direct);
  });

  afterAll(() => control.deleteVhost(vhost));

  describe("during the tests", () => {
    const rabbitmq = rabbitmqForFile();

    test("is reached, and cannot be restarted", async () => {
      const { canRestart, url } = rabbitmq();
      expect(canRestart).toBe(false);
      const connection = await connect(url);
      const channel = await connection.createChannel();
      await channel.assertQueue("ours", { durable: true, arguments: { "x-queue-type": "quorum" } });
      await channel.checkQueue("theirs");
      // Long enough to come in several pieces.
      channel.sendToQueue("ours", Buffer.alloc(1 << 20, 50));
      await channel.assertExchange("ours too", "topic", { durable: true });
      await channel.assertQueue("gone already");
      await channel.deleteQueue("gone already");
      await connection.close();
      for (const name of ["theirs", "ours", "ours too"]) expect(await names()).toContain(name);
    });
  });

  test("afterwards nothing of ours is left, and what is not ours is there", async () => {
    expect(await names()).toBe('[<<"theirs">>]');
  });
});
