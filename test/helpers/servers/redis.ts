import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { redisBinary } from "./binaries.js";
import { Certificate } from "./certificates.js";
import { freePort } from "./ports.js";
import { temporaryFolder } from "./reaper.js";
import { type RedisOptions, type RedisPlace, redisConfig } from "./redis-config.js";
import { type RedisAddress, type Reply, RespConnection, redisCommand } from "./resp.js";
import { startOrClose } from "./restartable.js";
import { ServerProcess } from "./server-process.js";

export type { RedisOptions } from "./redis-config.js";

export interface RedisPlan {
  readonly name: string;
  readonly binary: string;
  /** Its own; holds its `redis.conf`. */
  readonly folder: string;
  readonly args?: readonly string[];
  readonly port: number;
  readonly user?: RedisAddress["user"];
  readonly certificate: Certificate | undefined;
}

/** A `redis-server` of ours: standalone, or one of a Sentinel set-up or a cluster. */
export class RedisServer extends ServerProcess {
  readonly address: RedisAddress;
  /** Undefined without TLS. */
  readonly certificate: Certificate | undefined;

  constructor({ name, binary, folder, args = [], port, user, certificate }: RedisPlan) {
    const address = { port, user, ca: certificate?.ca };
    super({
      name: `${name} on port ${port}`,
      command: binary,
      args: [join(folder, "redis.conf"), ...args],
      env: process.env,
      folder,
      dataFolder: join(folder, "data"),
      isReady: async () => (await redisCommand({ ...address, trustAny: true }, "PING")) === "PONG",
      readyTimeoutMs: 60_000,
    });
    this.address = address;
    this.certificate = certificate;
  }

  get port(): number {
    return this.address.port;
  }

  /** `redis://` or, with TLS, `rediss://`, with the user if there is one. */
  get url(): string {
    const { user, ca, port } = this.address;
    const login = user ? `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@` : "";
    return `redis${ca === undefined ? "" : "s"}://${login}127.0.0.1:${port}`;
  }

  /** Sends one command over a connection of its own; works with an expired certificate too. */
  command(...words: readonly string[]): Promise<Reply> {
    return redisCommand({ ...this.address, trustAny: true }, ...words);
  }

  /** As a client would. */
  connect(): Promise<RespConnection> {
    return RespConnection.open(this.address);
  }
}

/** Starts one Redis with an empty, persistent data set. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await createFolder();
  const port = await freePort();
  const certificate = await createCertificate(folder, options);
  return await startOrClose(await createRedis({ folder, port, certificate }, options));
}

/** Writes the configuration of a server in `folder`, which is its own, and returns the server, not yet started. */
export async function createRedis(
  { folder, port, certificate }: Omit<RedisPlace, "dataFolder"> & { readonly folder: string },
  options: RedisOptions,
  extra: readonly string[] = [],
): Promise<RedisServer> {
  await mkdir(folder, { recursive: true });
  const lines = [...redisConfig({ port, dataFolder: join(folder, "data"), certificate }, options), ...extra];
  await writeFile(join(folder, "redis.conf"), lines.join("\n"));
  return new RedisServer({
    name: "Redis",
    binary: await redisBinary(),
    folder,
    port,
    user: options.user,
    certificate,
  });
}

export function createFolder(): Promise<string> {
  return temporaryFolder("eventwright-redis-");
}

export async function createCertificate(
  folder: string,
  { tls = false }: RedisOptions,
): Promise<Certificate | undefined> {
  return tls ? await Certificate.create(join(folder, "tls")) : undefined;
}
