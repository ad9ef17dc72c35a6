import type { ConnectionOptions } from "node:tls";
import { BusError } from "../../errors.js";
import { aboveZero, anything, numberRule, type Rules, readOptions, rule } from "../../given-options.js";
import type { AmqpConnect } from "./amqp-client.js";

export interface AmqpBrokerOptions {
  /**
   * `amqp://user:password@host:5672/vhost`, or `amqps://` for TLS; several are tried one after the other. A function is
   * asked before each attempt to connect, so that it can give new passwords.
   */
  readonly url:
    | string
    | readonly string[]
    | (() => string | readonly string[] | Promise<string | readonly string[]>);
  /** The topic exchange that all events go through. @default "eventwright" */
  readonly exchange?: string;
  /** For `amqps://`: certificates and how to check the server's. */
  readonly tls?: ConnectionOptions;
  /** How soon a dead connection is noticed: after two to three times this long. From 1 to 10. @default 5 */
  readonly heartbeatSeconds?: number;
  /** For trying all URLs once, and for the whole of the first connect. @default 10 000 */
  readonly connectTimeoutMs?: number;
  /** Longest body, which must not be above the server's `max_message_size`. @default 16 MiB */
  readonly maxBytes?: number;
  /** The server's `consumer_timeout`: handlers that are allowed to take longer are refused. @default 1 800 000 */
  readonly consumerTimeoutMs?: number;
  /** Events that a listener without a limit to its concurrency may hold. @default 1000 */
  readonly maxPrefetch?: number;
  /** Makes connections. @default amqplib's `connect` */
  readonly connect?: AmqpConnect;
}

export type ResolvedAmqpOptions = Required<Omit<AmqpBrokerOptions, "connect" | "tls">> &
  Pick<AmqpBrokerOptions, "tls"> & { readonly connect: AmqpConnect };

const exchangeName = /^(?!amq\.)[\p{L}\p{N}._:-]{1,200}$/u;

const rules: Rules<AmqpBrokerOptions> = {
  url: rule("amqp:// or amqps://", hasUrl),
  exchange: rule(
    "a name that does not begin with amq.",
    (value) => typeof value === "string" && exchangeName.test(value),
  ),
  tls: anything,
  heartbeatSeconds: numberRule("1 to 10", (value) => value >= 1 && value <= 10),
  connectTimeoutMs: aboveZero,
  maxBytes: aboveZero,
  consumerTimeoutMs: aboveZero,
  maxPrefetch: numberRule("1 to 65535", (value) => value >= 1 && value <= 65_535),
  connect: anything,
};

/** @throws BusError `BUS_OPTIONS_INVALID` that names all problems */
export function resolveAmqpOptions(options: AmqpBrokerOptions, connect: AmqpConnect): ResolvedAmqpOptions {
  const { given, problems } = readOptions(options, rules, ["url"]);
  const resolved: ResolvedAmqpOptions = {
    exchange: "eventwright",
    heartbeatSeconds: 5,
    connectTimeoutMs: 10_000,
    maxBytes: 16_777_216,
    consumerTimeoutMs: 1_800_000,
    maxPrefetch: 1_000,
    connect,
    ...given,
  };
  if (problems.length === 0) return resolved;
  throw new BusError("BUS_OPTIONS_INVALID", `cannot make an AMQP broker: ${problems.join("; ")}`);
}

/** The URLs to try now. @throws BusError when there is none */
export async function currentUrls({ url }: ResolvedAmqpOptions): Promise<readonly string[]> {
  const given = typeof url === "function" ? await url() : url;
  const urls = typeof given === "string" ? [given] : given;
  if (urls.length > 0 && urls.every(isUrl)) return urls;
  throw new BusError("BUS_OPTIONS_INVALID", "cannot connect: url: expected amqp:// or amqps://");
}

function hasUrl(url: unknown): boolean {
  if (typeof url === "function") return true;
  const urls = typeof url === "string" ? [url] : url;
  return Array.isArray(urls) && urls.length > 0 && urls.every(isUrl);
}

function isUrl(url: unknown): boolean {
  return typeof url === "string" && /^amqps?:\/\/[^/]/.test(url) && URL.canParse(url);
}
