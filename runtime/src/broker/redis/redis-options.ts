import type { RedisOptions } from "ioredis";
import { BusError } from "../../errors.js";
import {
  aboveZero,
  anything,
  numberRule,
  oneOf,
  type Rules,
  readOptions,
  rule,
} from "../../given-options.js";
import type { RedisClient } from "./redis-client.js";
import type { ServerAddress } from "./redis-servers.js";

/** A ready client of ioredis, standalone or through sentinels. */
export interface ReadyClient {
  /** Makes another client with the same settings but for these. */
  duplicate(override: object): RedisClient;
}

/** A ready client of ioredis for a cluster; it has to be connected. */
export interface ReadyCluster {
  nodes(): readonly (ReadyClient & {
    readonly options: { readonly host?: string | undefined; readonly port?: number | undefined };
  })[];
}

export interface ClusterOptions {
  /** Some of its servers; the others are found. */
  readonly nodes: readonly ServerAddress[];
  /** Addresses to be used in place of those that the servers tell, by `host:port`. */
  readonly natMap?: { readonly [address: string]: ServerAddress };
}

export interface RedisBrokerOptions {
  /** `redis://user:password@host:port/db`, `rediss://` for TLS. @default redis://localhost:6379 */
  readonly url?: string;
  /** ioredis' own settings: host, port, user, TLS, sentinels; they come before what `url` says. */
  readonly connection?: RedisOptions;
  /** In place of `url`; `connection` goes for every server of it. */
  readonly cluster?: ClusterOptions;
  /** Its settings are used for the broker's own connections; the client itself is neither used nor closed. In place of `url` and `connection`. */
  readonly client?: ReadyClient | ReadyCluster;
  /** Before all names on the server; no braces. @default "eventwright:" */
  readonly prefix?: string;
  /** Longest time that the first connection may take, and each later try. @default 10 000 */
  readonly connectTimeoutMs?: number;
  /** A server that owes an answer for longer counts as gone. @default 10 000 */
  readonly answerTimeoutMs?: number;
  /** An event that its holder has not renewed for this long goes to another instance. Renewed three times within it. @default 30 000 */
  readonly leaseMs?: number;
  /** Longest body. @default 1 MiB */
  readonly maxBytes?: number;
  /** Events that one stream may hold; further publishes are refused. @default 0, no limit */
  readonly maxStreamLength?: number;
  /** How long events are kept that every group has handled, for listeners that begin with `from: "start"`. @default 0, not at all */
  readonly retainMs?: number;
  /** How long the id of a published event counts: one that comes again meanwhile is taken, and not delivered. @default 0, not at all */
  readonly dedupeWindowMs?: number;
  /** Replicas that must have a durable event before its publish resolves. @default 0 */
  readonly replicas?: number;
  /** How long to wait for them. @default 1000 */
  readonly replicasTimeoutMs?: number;
  /** When the server has lost a group with its data: make it again and report, or report and stop that listener. @default "create" */
  readonly onGroupLost?: "create" | "stop";
}

export type ResolvedRedisOptions = Required<
  Omit<RedisBrokerOptions, "url" | "connection" | "cluster" | "client">
> &
  Pick<RedisBrokerOptions, "url" | "connection" | "cluster" | "client">;

const wholeNumber = numberRule("a whole number", (value) => Number.isInteger(value) && value >= 0);

const rules: Rules<RedisBrokerOptions> = {
  url: rule("redis:// or rediss:// and a host", isUrl),
  connection: anything,
  cluster: anything,
  client: anything,
  prefix: rule("text without braces", (value) => typeof value === "string" && !/[{}]/.test(value)),
  connectTimeoutMs: aboveZero,
  answerTimeoutMs: aboveZero,
  leaseMs: aboveZero,
  maxBytes: aboveZero,
  maxStreamLength: wholeNumber,
  retainMs: wholeNumber,
  dedupeWindowMs: wholeNumber,
  replicas: wholeNumber,
  replicasTimeoutMs: aboveZero,
  onGroupLost: oneOf("create", "stop"),
};

/** @throws BusError `BUS_OPTIONS_INVALID` that names all problems */
export function resolveRedisOptions(options: RedisBrokerOptions): ResolvedRedisOptions {
  const { given, problems: own } = readOptions(options, rules);
  const { url, connection, cluster, client } = given;
  const resolved: ResolvedRedisOptions = {
    prefix: "eventwright:",
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    leaseMs: 30_000,
    maxBytes: 1_048_576,
    maxStreamLength: 0,
    retainMs: 0,
    dedupeWindowMs: 0,
    replicas: 0,
    replicasTimeoutMs: 1_000,
    onGroupLost: "create",
    ...given,
  };
  const problems = [
    ...own,
    ...(client !== undefined && (url ?? connection ?? cluster) !== undefined
      ? ["client: expected none of url, connection and cluster beside it"]
      : []),
    ...(cluster !== undefined && url !== undefined ? ["cluster: expected no url beside it"] : []),
    ...(cluster?.nodes.length === 0 ? ["cluster.nodes: expected one or more"] : []),
  ];
  if (problems.length === 0) return resolved;
  throw new BusError("BUS_OPTIONS_INVALID", `cannot make a Redis broker: ${problems.join("; ")}`);
}

function isUrl(url: unknown): boolean {
  return typeof url === "string" && /^rediss?:\/\/[^/]/.test(url) && URL.canParse(url);
}
