import { randomUUID } from "node:crypto";
import type { Certificate } from "./certificates.js";

export interface RedisOptions {
  /** The only user that anybody can be; Redis' own default user has a password that nobody knows then. No spaces: Redis writes them back unquoted. */
  readonly user?: { readonly name: string; readonly password: string };
  /** TLS on the port in place of plain connections, with a certificate made for this server. */
  readonly tls?: boolean;
  /** Lines of redis.conf that come after ours. */
  readonly config?: readonly string[];
}

export interface RedisPlace {
  readonly port: number;
  readonly dataFolder: string;
  readonly certificate: Certificate | undefined;
}

/** Every write that was answered survives a SIGKILL: the append-only file is written before the answer. */
export function redisConfig(place: RedisPlace, { user, config = [] }: RedisOptions): string[] {
  return [
    ...networkConfig(place),
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    // A replica is complete at once instead of after 5 to 11 s.
    "repl-diskless-sync-delay 0",
    "repl-ping-replica-period 1",
    ...(user ? userConfig(user) : []),
    ...config,
  ];
}

/** What a sentinel needs too. */
export function networkConfig({ port, dataFolder, certificate }: RedisPlace): string[] {
  return [
    "bind 127.0.0.1",
    `dir ${quote(dataFolder)}`,
    ...(certificate ? tlsConfig(port, certificate) : [`port ${port}`]),
  ];
}

function tlsConfig(port: number, { caFile, certFile, keyFile }: Certificate): string[] {
  return [
    "port 0",
    `tls-port ${port}`,
    `tls-ca-cert-file ${quote(caFile)}`,
    `tls-cert-file ${quote(certFile)}`,
    `tls-key-file ${quote(keyFile)}`,
    "tls-auth-clients no",
    "tls-replication yes",
  ];
}

function userConfig({ name, password }: NonNullable<RedisOptions["user"]>): string[] {
  return [
    // Nobody knows its password. It may not be off: with its rights Redis 7.0 reads the append-only file, and drops what
    // scripts and transactions have written when it has none.
    `user default on >${randomUUID()} ~* &* +@all`,
    `user ${name} on ${quote(`>${password}`)} ~* &* +@all`,
    `masteruser ${name}`, // what a replica says to its primary
    `masterauth ${quote(password)}`,
  ];
}

/** A word of redis.conf that may hold spaces. */
export const quote = (word: string): string => JSON.stringify(word);
