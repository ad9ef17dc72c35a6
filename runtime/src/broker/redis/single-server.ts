import { checkServer } from "./check-server.js";
import { RedisLink } from "./redis-link.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import type { LinkHooks, MakeClient, RedisServers, ServersHooks } from "./redis-servers.js";

/** One server, or the one that sentinels name. */
export class SingleServer implements RedisServers {
  readonly #make: MakeClient;
  readonly #options: ResolvedRedisOptions;
  readonly #link: RedisLink;

  constructor(make: MakeClient, options: ResolvedRedisOptions, { onUp, onDown, onRetry }: ServersHooks) {
    this.#make = make;
    this.#options = options;
    this.#link = this.makeLink(undefined, {
      setUp: (client) => checkServer(client, "standalone"),
      onUp: () => {
        onUp();
        onRetry();
      },
      onDown,
    });
  }

  open(): Promise<void> {
    return this.#link.open();
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  linkOf(): RedisLink {
    return this.#link;
  }

  makeLink(_key: string | undefined, hooks: LinkHooks): RedisLink {
    const { connectTimeoutMs, answerTimeoutMs } = this.#options;
    return new RedisLink({
      make: () => this.#make(),
      connectTimeoutMs,
      silenceMs: answerTimeoutMs,
      ...hooks,
    });
  }

  onRefused(_key: string, code: string): void {
    // A primary that has become a replica: a new connection finds the new primary.
    if (code === "READONLY") this.#link.drop();
  }
}
