import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { type RabbitmqBinaries, rabbitmqBinaries } from "./binaries.js";
import { Certificate } from "./certificates.js";
import { freePort, freePorts } from "./ports.js";
import type { RabbitmqControl, RabbitmqEndpoint } from "./rabbitmq-control.js";
import { createRabbitmqNode, type RabbitmqNode } from "./rabbitmq-node.js";
import { temporaryFolder } from "./reaper.js";
import { startOrClose } from "./restartable.js";
import { ServerGroup } from "./server-group.js";
import { ServerProcess } from "./server-process.js";

export interface RabbitmqOptions {
  /** TLS beside the plain port, with a certificate made for this server. */
  readonly tls?: boolean;
  /** Lines of rabbitmq.conf that come after ours. */
  readonly config?: readonly string[];
}

/** One node, or several as a cluster. */
export class Rabbitmq extends ServerGroup {
  readonly nodes: readonly RabbitmqNode[];
  /** Undefined without TLS. */
  readonly certificate: Certificate | undefined;
  readonly #epmd: ServerProcess;

  constructor(
    folder: string,
    nodes: readonly RabbitmqNode[],
    epmd: ServerProcess,
    certificate: Certificate | undefined,
  ) {
    super({
      name: "RabbitMQ cluster",
      members: nodes,
      folder,
      isReady: async () =>
        (await Promise.all(nodes.map(runningNodes))).every((count) => count === nodes.length),
      readyTimeoutMs: 180_000,
    });
    this.nodes = nodes;
    this.certificate = certificate;
    this.#epmd = epmd;
  }

  /** Of the first node that runs. */
  get control(): RabbitmqControl {
    const node = this.nodes.find(({ pid }) => pid !== undefined);
    if (node === undefined) throw new Error("no RabbitMQ node runs");
    return node.control;
  }

  override async close(): Promise<void> {
    await this.#epmd.kill();
    await super.close();
  }
}

/** Starts one node, empty, with the user guest and the virtual host `/`; takes 7 to 14 s. */
export function startRabbitmq(options: RabbitmqOptions = {}): Promise<Rabbitmq> {
  return startNodes(1, options);
}

/** Starts three nodes, empty, and resolves when they are a cluster; takes 13 to 26 s. */
export function startRabbitmqCluster(options: RabbitmqOptions = {}): Promise<Rabbitmq> {
  return startNodes(3, options);
}

async function startNodes(count: number, { tls = false, config = [] }: RabbitmqOptions): Promise<Rabbitmq> {
  const binaries = await rabbitmqBinaries();
  const folder = await temporaryFolder("eventwright-rabbitmq-");
  const certificate = tls ? await Certificate.create(join(folder, "tls")) : undefined;
  const epmd = await startEpmd(binaries, join(folder, "epmd"));
  const env = { HOME: await createHome(folder), ERL_EPMD_PORT: String(epmd.port) };
  const endpoints: RabbitmqEndpoint[] = [];
  for (const port of await freePorts(count)) {
    const tlsPort = certificate && (await freePort());
    const name = `rabbit-${port}@localhost`;
    endpoints.push({ port, tlsPort, ca: certificate?.ca, name, erlCall: binaries.erlCall, env });
  }
  const cluster = endpoints.map(({ name }) => name);
  const nodes = await Promise.all(
    endpoints.map(async (endpoint) =>
      createRabbitmqNode({
        binaries,
        folder: join(folder, endpoint.name),
        endpoint,
        distributionPort: await freePort(),
        certificate,
        cluster,
        config,
      }),
    ),
  );
  return await startOrClose(new Rabbitmq(folder, nodes, epmd.server, certificate));
}

/** The nodes' name service; one of our own, so that the machine's is neither used nor left behind. */
async function startEpmd(
  { epmd }: RabbitmqBinaries,
  folder: string,
): Promise<{ readonly server: ServerProcess; readonly port: number }> {
  const port = await freePort();
  const server = new ServerProcess({
    name: "epmd",
    command: epmd,
    args: ["-port", String(port), "-address", "127.0.0.1"],
    env: { PATH: process.env.PATH },
    folder,
    dataFolder: join(folder, "data"),
    isReady: () => accepts(port),
    readyTimeoutMs: 60_000,
  });
  await server.start();
  return { server, port };
}

/** A home folder with the cookie that lets nodes and `erl_call` talk to each other. */
async function createHome(folder: string): Promise<string> {
  const home = join(folder, "home");
  await mkdir(home);
  await writeFile(join(home, ".erlang.cookie"), randomBytes(16).toString("hex"), { mode: 0o400 });
  return home;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", reject);
  });
}

/** How many nodes of its cluster a node sees running; the function has another name since RabbitMQ 3.11. */
async function runningNodes({ control }: RabbitmqNode): Promise<number> {
  const list = `case erlang:function_exported(rabbit_nodes, list_running, 0) of
    true -> rabbit_nodes:list_running();
    false -> rabbit_mnesia:cluster_nodes(running) end`;
  return Number(await control.evaluate(`length(${list})`));
}
