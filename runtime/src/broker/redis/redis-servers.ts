import { checkServer } from "./check-server.js";
import type { MakeClient } from "./redis-client.js";
import { type LinkOptions, RedisLink } from "./redis-link.js";
import type { ResolvedRedisOptions } from "./redis-options.js";

/** What is done when a connection comes up and when it is lost. */
export type LinkHooks = Pick<LinkOptions, "setUp" | "onUp" | "onDown"> & { readonly silenceMs?: number };

/** The servers behind a broker: which connection a key's commands go over. */
export interface RedisServers {
  /** Resolves when commands can be sent. @throws BrokerError */
  open(): Promise<void>;
  close(): Promise<void>;
  linkOf(key: string): RedisLink;
  /** A further connection to the server of a key, or to any. Whoever makes it closes it. */
  makeLink(key: string | undefined, hooks: LinkHooks): RedisLink;
  /** A command was refused by a server that is not the right one, or not now. */
  onRefused(key: string, code: string): void;
}

/** One server, or the one that sentinels name. */
export class SingleServer implements RedisServers {
  readonly #make: MakeClient;
  readonly #options: ResolvedRedisOptions;
  readonly #link: RedisLink;

  constructor(make: MakeClient, options: ResolvedRedisOptions, hooks: LinkHooks) {
    this.#make = make;
    this.#options = options;
    this.#link = this.makeLink(undefined, { ...hooks, setUp: checkServer });
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
    return new RedisLink({ make: this.#make, connectTimeoutMs, silenceMs: answerTimeoutMs, ...hooks });
  }

  onRefused(_key: string, code: string): void {
    // A primary that has become a replica: a new connection finds the new primary.
    if (code === "READONLY") this.#link.drop();
  }
}
