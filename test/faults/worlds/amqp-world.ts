import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { type Rabbitmq, startRabbitmq } from "../../helpers/servers/rabbitmq.js";
import type { RabbitmqControl } from "../../helpers/servers/rabbitmq-control.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import type { BrokerPlan } from "../processes/plan.js";
import { OneServerWorld, type Setup, shop } from "./world.js";

/** What a node knows of new queues reaches its disk some two seconds late. */
export async function flushTables(control: RabbitmqControl): Promise<void> {
  await control.evaluate("[dets:sync(Table) || Table <- dets:all()]");
}

/** Of Erlang: the queues whose names fit. */
export const queuesLike = (pattern: string): string =>
  `[Q || Q <- rabbit_amqqueue:list(), re:run(element(4, amqqueue:get_name(Q)), "${pattern}") =/= nomatch]`;

/** One RabbitMQ node. */
export class AmqpWorld extends OneServerWorld {
  readonly kind = "amqp";
  readonly server: Rabbitmq;
  readonly #isSecure: boolean;
  #run = "";

  constructor(server: Rabbitmq, proxy: FaultProxy, isSecure: boolean) {
    super(proxy);
    this.server = server;
    this.#isSecure = isSecure;
  }

  static async open(setup: Setup): Promise<AmqpWorld> {
    const isSecure = setup === "secure";
    const server = await startRabbitmq({ tls: isSecure });
    const { port, tlsPort = port } = server.control.endpoint;
    const world = new AmqpWorld(server, await FaultProxy.start(tlsPort), isSecure);
    if (isSecure) {
      await server.control.setUser(shop);
      await server.control.permit(shop, "/");
    }
    return world;
  }

  broker(run: string): BrokerPlan {
    this.#run = run;
    const [url] = this.server.nodes.map(({ control }) =>
      this.proxy.through(this.#isSecure ? control.url({ user: shop }) : control.url()),
    );
    return { kind: "amqp", run, urls: [url ?? ""], ca: this.server.certificate?.ca };
  }

  async prepare(): Promise<void> {
    await flushTables(this.server.control);
  }

  async endOneConnection(): Promise<void> {
    await this.server.control.evaluate(
      'case rabbit_networking:connections() of [] -> ok; [Pid | _] -> rabbit_networking:close_connection(Pid, "by an operator") end',
    );
  }

  /** Dead letters and waiting retries stay. Resolves when the listeners have made theirs again. */
  async loseQueues(): Promise<void> {
    await this.#lose("::[a-z]+");
  }

  /** Resolves at once: they are made again when somebody needs them. */
  async loseDeadLetters(): Promise<void> {
    await this.#delete("[.]dead");
  }

  /** How long a consumer may hold an event, for channels opened from now on; looked at every second. */
  async limitHolding(ms: number): Promise<void> {
    const set = (name: string, value: number): string => `application:set_env(rabbit, ${name}, ${value})`;
    await this.server.control.evaluate(
      `begin ${set("consumer_timeout", ms)}, ${set("channel_tick_interval", 1_000)} end`,
    );
  }

  /** By its memory alarm. */
  async fill(isFull: boolean): Promise<void> {
    await this.server.control.evaluate(
      `vm_memory_monitor:set_vm_memory_high_watermark(${isFull ? "0.0001" : "0.9"})`,
    );
  }

  /** The process that writes the log of quorum queues waits as it would for a sync; all others go on. */
  async stallDisk(isStalled: boolean): Promise<void> {
    await this.server.control.evaluate(`sys:${isStalled ? "suspend" : "resume"}(ra_log_wal)`);
  }

  async changePassword(isOther: boolean): Promise<void> {
    await this.server.control.setUser(isOther ? { ...shop, password: "other" } : shop);
  }

  async renewCertificate(isExpired: boolean): Promise<void> {
    await this.server.certificate?.renew({ expired: isExpired });
    await this.server.restart();
  }

  async #lose(names: string): Promise<void> {
    const { control } = this.server;
    const count = `length(${this.#queues(names)})`;
    const before = await control.evaluate(count);
    await this.#delete(names);
    await waitUntil("the queues are there again", 30_000, async () => {
      return (await control.evaluate(count)) === before;
    });
  }

  /** Of this run: those of earlier ones stay as they are. */
  #queues(names: string): string {
    return queuesLike(`^faults[.]${this.#run}[.].*${names}$`);
  }

  async #delete(names: string): Promise<void> {
    await this.server.control.evaluate(
      `[rabbit_amqqueue:delete(Q, false, false, <<"tests">>) || Q <- ${this.#queues(names)}]`,
    );
  }
}
