import { FaultProxy } from "../helpers/servers/fault-proxy.js";
import { type Rabbitmq, startRabbitmq } from "../helpers/servers/rabbitmq.js";
import { type RedisServer, startRedis } from "../helpers/servers/redis.js";
import type { Restartable } from "../helpers/servers/restartable.js";
import { waitUntil } from "../helpers/servers/wait-until.js";
import type { BrokerKind } from "./processes/plan.js";

/** A server with a proxy between it and the processes of a run. */
export interface World extends AsyncDisposable {
  readonly kind: BrokerKind;
  readonly server: Restartable;
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly url: string;
  /** What makes a kill a fair one: all that was declared is on disk. */
  prepare(): Promise<void>;
  /** As an operator does: ends one connection of a client. */
  endOneConnection(): Promise<void>;
  /** As an operator does: removes the queues or groups of all listeners. */
  loseQueues(): Promise<void>;
  /** The server takes nothing more, or does again. */
  fill(isFull: boolean): Promise<void>;
}

export function openWorld(kind: BrokerKind): Promise<World> {
  return kind === "redis" ? RedisWorld.open() : AmqpWorld.open();
}

class RedisWorld implements World {
  readonly kind = "redis";
  readonly server: RedisServer;
  readonly proxy: FaultProxy;

  private constructor(server: RedisServer, proxy: FaultProxy) {
    this.server = server;
    this.proxy = proxy;
  }

  static async open(): Promise<RedisWorld> {
    const server = await startRedis();
    return new RedisWorld(server, await FaultProxy.start(server.port));
  }

  get url(): string {
    return this.proxy.through(this.server.url);
  }

  async prepare(): Promise<void> {}

  async endOneConnection(): Promise<void> {
    const list = String(await this.server.command("CLIENT", "LIST", "TYPE", "normal"));
    // The last line is the connection that asks.
    const [, id] = /^id=(\d+)/.exec(list) ?? [];
    if (id !== undefined) await this.server.command("CLIENT", "KILL", "ID", id);
  }

  async loseQueues(): Promise<void> {
    const streams = await this.server.command("KEYS", "faults-*");
    for (const stream of Array.isArray(streams) ? streams.map(String) : []) {
      const groups = await this.server.command("XINFO", "GROUPS", stream).catch(() => []);
      for (const group of Array.isArray(groups) ? groups : []) {
        if (Array.isArray(group)) await this.server.command("XGROUP", "DESTROY", stream, String(group[1]));
      }
    }
  }

  async fill(isFull: boolean): Promise<void> {
    await this.server.command("CONFIG", "SET", "maxmemory", isFull ? "1" : "0");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    await this.server.close();
  }
}

class AmqpWorld implements World {
  readonly kind = "amqp";
  readonly server: Rabbitmq;
  readonly proxy: FaultProxy;

  private constructor(server: Rabbitmq, proxy: FaultProxy) {
    this.server = server;
    this.proxy = proxy;
  }

  static async open(): Promise<AmqpWorld> {
    const server = await startRabbitmq();
    return new AmqpWorld(server, await FaultProxy.start(server.control.endpoint.port));
  }

  get url(): string {
    return this.proxy.through(this.server.control.url());
  }

  /** What the server knows of new queues reaches its disk some two seconds late. */
  async prepare(): Promise<void> {
    await this.server.control.evaluate("[dets:sync(Table) || Table <- dets:all()]");
  }

  async endOneConnection(): Promise<void> {
    await this.server.control.evaluate(
      'case rabbit_networking:connections() of [] -> ok; [Pid | _] -> rabbit_networking:close_connection(Pid, "by an operator") end',
    );
  }

  /** Dead letters and waiting retries stay. Resolves when the listeners have made theirs again. */
  async loseQueues(): Promise<void> {
    const { control } = this.server;
    const queues =
      '[Q || Q <- rabbit_amqqueue:list(), re:run(element(4, amqqueue:get_name(Q)), "::[a-z]+$") =/= nomatch]';
    const before = await control.evaluate(`length(${queues})`);
    await control.evaluate(`[rabbit_amqqueue:delete(Q, false, false, <<"tests">>) || Q <- ${queues}]`);
    await waitUntil("the queues are there again", 10_000, async () => {
      return (await control.evaluate(`length(${queues})`)) === before;
    });
  }

  /** By its memory alarm. */
  async fill(isFull: boolean): Promise<void> {
    await this.server.control.evaluate(
      `vm_memory_monitor:set_vm_memory_high_watermark(${isFull ? "0.0001" : "0.9"})`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    await this.server.close();
  }
}
