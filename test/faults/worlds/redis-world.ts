import { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { type RedisServer, startRedis } from "../../helpers/servers/redis.js";
import type { BrokerPlan } from "../processes/plan.js";
import { OneServerWorld, type Setup, shop } from "./world.js";

/** With `everysec` a killed server can lose what it has answered: it answers while it holds writes back during a sync. */
export const redisConfig = ["appendfsync always"] as const;

/** One Redis. */
export class RedisWorld extends OneServerWorld {
  readonly kind = "redis";
  readonly server: RedisServer;
  readonly #isSecure: boolean;
  #run = "";

  constructor(server: RedisServer, proxy: FaultProxy, isSecure: boolean) {
    super(proxy);
    this.server = server;
    this.#isSecure = isSecure;
  }

  static async open(setup: Setup): Promise<RedisWorld> {
    const isSecure = setup === "secure";
    const server = await startRedis(
      isSecure
        ? {
            tls: true,
            user: { name: "operator", password: "operator" },
            config: [...redisConfig, `user ${shop.name} on >${shop.password} ~* &* +@all`],
          }
        : { config: redisConfig },
    );
    return new RedisWorld(server, await FaultProxy.start(server.port), isSecure);
  }

  broker(run: string): BrokerPlan {
    this.#run = run;
    const url = this.#isSecure
      ? `rediss://${shop.name}:${shop.password}@127.0.0.1:${this.proxy.port}`
      : this.proxy.through(this.server.url);
    return { kind: "redis", run, urls: [url], ca: this.server.certificate?.ca };
  }

  async prepare(): Promise<void> {}

  async endOneConnection(): Promise<void> {
    const list = String(await this.server.command("CLIENT", "LIST", "TYPE", "normal"));
    // The last line is the connection that asks.
    const [, id] = /^id=(\d+)/.exec(list) ?? [];
    if (id !== undefined) await this.server.command("CLIENT", "KILL", "ID", id);
  }

  async loseQueues(): Promise<void> {
    for (const stream of await this.#keys("")) {
      const groups = await this.server.command("XINFO", "GROUPS", stream).catch(() => []);
      for (const group of Array.isArray(groups) ? groups : []) {
        if (Array.isArray(group)) await this.server.command("XGROUP", "DESTROY", stream, String(group[1]));
      }
    }
  }

  async loseDeadLetters(): Promise<void> {
    for (const stream of await this.#keys(":dead:*", "*")) await this.server.command("DEL", stream);
  }

  /** Removes what the streams hold, whoever has not handled it yet. */
  async trim(): Promise<void> {
    for (const stream of await this.#keys("")) {
      await this.server.command("XTRIM", stream, "MAXLEN", "0").catch(() => undefined); // not a stream
    }
  }

  async fill(isFull: boolean): Promise<void> {
    await this.server.command("CONFIG", "SET", "maxmemory", isFull ? "1" : "0");
  }

  /** It syncs in the thread that answers: while that lasts it is as good as paused. */
  async stallDisk(isStalled: boolean): Promise<void> {
    if (isStalled) this.server.pause();
    else this.server.resume();
  }

  async changePassword(isOther: boolean): Promise<void> {
    const password = isOther ? "other" : shop.password;
    await this.server.command("ACL", "SETUSER", shop.name, "resetpass", `>${password}`);
  }

  async renewCertificate(isExpired: boolean): Promise<void> {
    await this.server.certificate?.renew({ expired: isExpired });
    await this.server.restart();
  }

  /** Of this run: those of earlier ones would only take time. */
  async #keys(end: string, start = ""): Promise<string[]> {
    const keys = await this.server.command("KEYS", `${start}faults-${this.#run}:*${end}`);
    return Array.isArray(keys) ? keys.map(String) : [];
  }
}
