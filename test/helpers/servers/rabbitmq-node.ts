import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answersAmqp } from "./amqp-handshake.js";
import type { RabbitmqBinaries } from "./binaries.js";
import type { Certificate } from "./certificates.js";
import { RabbitmqControl, type RabbitmqEndpoint } from "./rabbitmq-control.js";
import { ServerProcess } from "./server-process.js";

export interface NodePlan {
  readonly binaries: RabbitmqBinaries;
  /** Its own. */
  readonly folder: string;
  readonly endpoint: RabbitmqEndpoint;
  /** For the nodes of a cluster among themselves. */
  readonly distributionPort: number;
  readonly certificate: Certificate | undefined;
  /** The Erlang names of all nodes that start together. */
  readonly cluster: readonly string[];
  /** Lines of rabbitmq.conf that come after ours. */
  readonly config: readonly string[];
}

/** One RabbitMQ node of ours. */
export class RabbitmqNode extends ServerProcess {
  readonly control: RabbitmqControl;

  constructor(plan: NodePlan) {
    super({
      name: `RabbitMQ ${plan.endpoint.name}`,
      command: plan.binaries.server,
      args: [],
      env: environment(plan),
      folder: plan.folder,
      dataFolder: join(plan.folder, "data"),
      isReady: () => answersAmqp(plan.endpoint.port),
      readyTimeoutMs: 180_000,
    });
    this.control = new RabbitmqControl(plan.endpoint);
  }

  get port(): number {
    return this.control.endpoint.port;
  }
}

/** Writes the configuration of a node and returns the node, not yet started. */
export async function createRabbitmqNode(plan: NodePlan): Promise<RabbitmqNode> {
  await mkdir(plan.folder, { recursive: true });
  await writeFile(join(plan.folder, "rabbitmq.conf"), `${configLines(plan).join("\n")}\n`);
  await writeFile(join(plan.folder, "rabbitmq-env.conf"), "");
  await writeFile(join(plan.folder, "enabled_plugins"), "[].");
  return new RabbitmqNode(plan);
}

function configLines({ endpoint, certificate, cluster, config }: NodePlan): string[] {
  return [
    `listeners.tcp.local = 127.0.0.1:${endpoint.port}`,
    ...(certificate
      ? [
          `listeners.ssl.local = 127.0.0.1:${endpoint.tlsPort}`,
          `ssl_options.cacertfile = ${certificate.caFile}`,
          `ssl_options.certfile = ${certificate.certFile}`,
          `ssl_options.keyfile = ${certificate.keyFile}`,
        ]
      : []),
    "log.console = true",
    "log.file = false",
    ...(cluster.length > 1 ? clusterLines(cluster) : []),
    ...config,
  ];
}

function clusterLines(names: readonly string[]): string[] {
  return [
    "cluster_formation.peer_discovery_backend = classic_config",
    ...names.map((name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`),
    "cluster_formation.discovery_retry_limit = 2",
    "cluster_formation.discovery_retry_interval = 250",
    // By default, a node that was paused for longer than the tick time stays alone for good.
    "cluster_partition_handling = autoheal",
    "net_ticktime = 10",
  ];
}

function environment({ folder, endpoint, distributionPort }: NodePlan): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ|ERL)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...endpoint.env,
    RABBITMQ_CONF_ENV_FILE: join(folder, "rabbitmq-env.conf"),
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "advanced.config"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    RABBITMQ_NODENAME: endpoint.name,
    RABBITMQ_NODE_PORT: String(endpoint.port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    // Nothing listens beyond this machine, and idle schedulers sleep instead of spinning.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
    // The script then becomes the server instead of staying as its parent: signals reach the server.
    RUNNING_UNDER_SYSTEMD: "true",
    NOTIFY_SOCKET: "",
  };
}
