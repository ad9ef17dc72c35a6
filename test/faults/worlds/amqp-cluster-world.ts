import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { type Rabbitmq, startRabbitmqCluster } from "../../helpers/servers/rabbitmq.js";
import type { RabbitmqNode } from "../../helpers/servers/rabbitmq-node.js";
import { waitUntil } from "../../helpers/servers/wait-until.js";
import type { BrokerPlan } from "../processes/plan.js";
import { flushTables, queuesLike } from "./amqp-world.js";
import type { World } from "./world.js";

/** What the load adds to a queue in a second or two. */
const settledLag = 200;

/** Three RabbitMQ nodes with a proxy before each. */
export class AmqpClusterWorld implements World {
  readonly kind = "amqp";
  readonly server: Rabbitmq;
  readonly proxies: readonly FaultProxy[];
  #run = "";

  constructor(server: Rabbitmq, proxies: readonly FaultProxy[]) {
    this.server = server;
    this.proxies = proxies;
  }

  static async open(): Promise<AmqpClusterWorld> {
    const server = await startRabbitmqCluster();
    const proxies = await Promise.all(server.nodes.map(({ port }) => FaultProxy.start(port)));
    return new AmqpClusterWorld(server, proxies);
  }

  /** Every process has a node of its own to try first. */
  broker(run: string, number: number): BrokerPlan {
    this.#run = run;
    const urls = this.server.nodes.flatMap((_, index) => {
      const at = (index + number) % this.server.nodes.length;
      const [node, proxy] = [this.server.nodes[at], this.proxies[at]];
      return node === undefined || proxy === undefined ? [] : [proxy.through(node.control.url())];
    });
    return { kind: "amqp", run, urls };
  }

  async prepare(): Promise<void> {
    for (const { control } of this.server.nodes) await flushTables(control);
  }

  /** The node that leads a queue of this run: the part of its name that comes after the last full stop. */
  async leaderOf(queue: string): Promise<RabbitmqNode> {
    const leaders = `[atom_to_list(element(2, amqqueue:get_pid(Q))) || Q <- ${this.#queues(queue)}]`;
    const [, name] = /^\["([^"]+)"\]$/.exec(await this.server.control.evaluate(leaders)) ?? [];
    return this.#node(({ control }) => control.endpoint.name === name, `that leads ${queue}`);
  }

  async followerOf(queue: string): Promise<RabbitmqNode> {
    const leader = await this.leaderOf(queue);
    return this.#node((node) => node !== leader && node.pid !== undefined, `that follows ${queue}`);
  }

  /** The node that most clients are connected to. */
  busiest(): RabbitmqNode {
    const counts = this.proxies.map(({ counts: { open } }) => open);
    const index = counts.indexOf(Math.max(...counts));
    return this.#node((_, at) => at === index, "with clients");
  }

  /** By hand, as an operator does before maintenance. */
  async moveLeader(queue: string, { control }: RabbitmqNode): Promise<void> {
    await this.server.control.evaluate(
      `[{_, _} = rabbit_quorum_queue:transfer_leadership(Q, list_to_atom("${control.endpoint.name}")) || Q <- ${this.#queues(queue)}]`,
    );
  }

  /** Spreads the leaders of all queues over the nodes. */
  async rebalance(): Promise<void> {
    await this.server.control.evaluate('rabbit_amqqueue:rebalance(all, ".*", ".*")');
  }

  /** Ends a node and strikes it from the cluster, for good. */
  async remove(node: RabbitmqNode): Promise<void> {
    await node.kill();
    const name = `list_to_atom("${node.control.endpoint.name}")`;
    await this.server.control.evaluate(
      `begin rabbit_quorum_queue:shrink_all(${name}), rabbit_mnesia:forget_cluster_node(${name}, false) end`,
    );
  }

  /** Takes an empty node into the cluster, with a copy of every queue. */
  async add(node: RabbitmqNode): Promise<void> {
    await node.wipe();
    await this.server.settle();
    const name = `list_to_atom("${node.control.endpoint.name}")`;
    await this.server.control.evaluate(`rabbit_quorum_queue:grow(${name}, ".*", ".*", all)`);
    await this.settle();
  }

  /** Starts what is down; resolves when all is {@link settle settled}. */
  async complete(): Promise<void> {
    await Promise.all(this.server.nodes.filter(({ pid }) => pid === undefined).map((node) => node.start()));
    await this.settle();
  }

  /**
   * Resolves when all nodes work together and each has all queues of this run but for their last moments. A node that is
   * back catches up for seconds; if another one dies meanwhile, no majority has the latest events, and the queue waits.
   */
  async settle(): Promise<void> {
    await this.server.settle();
    await waitUntil("every node has caught up", 60_000, async () => (await this.#lag()) <= settledLag);
  }

  /** By how many log entries the last copy of a queue is behind its leader. */
  async #lag(): Promise<number> {
    const indexes = (queue: string) =>
      `[case proplists:get_value(<<"Log Index">>, M) of I when is_integer(I) -> I; _ -> 0 end || M <- ${queue}]`;
    const status = '(fun(N) -> rabbit_quorum_queue:status(<<"/">>, element(4, N)) end)(amqqueue:get_name(Q))';
    const lags = `[lists:max(Is) - lists:min(Is) || Is <- [${indexes(status)} || Q <- ${this.#queues(".*")}]]`;
    return Number(await this.server.control.evaluate(`lists:max([0 | ${lags}])`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await this.server.close();
  }

  #queues(queue: string): string {
    return queuesLike(`^faults[.]${this.#run}[.].*[.]?${queue}$`);
  }

  #node(fits: (node: RabbitmqNode, index: number) => boolean, what: string): RabbitmqNode {
    const node = this.server.nodes.find(fits);
    if (node === undefined) throw new Error(`there is no RabbitMQ node ${what}`);
    return node;
  }
}
