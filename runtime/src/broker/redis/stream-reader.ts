import type { RedisLink } from "./redis-link.js";
import type { CommandLink, LinkHooks } from "./redis-servers.js";
import { textOf } from "./stream-entry.js";
import { within } from "./within.js";

/** How long a read waits at the server. */
export const blockMs = 5_000;

/** How often the end of a read is asked for, and how long each may take, before its connection is given up. */
const endTries = 20;
const endTryMs = 50;

/** A connection that does nothing but wait for entries of one subscription. */
export class StreamReader {
  onUp: () => void = () => {};
  onDown: () => void = () => {};
  readonly #link: RedisLink;
  /** Another connection to the same server. */
  readonly #other: CommandLink;
  #id = "";
  #read: Promise<unknown> | undefined;

  constructor(makeLink: (hooks: LinkHooks) => RedisLink, other: CommandLink) {
    this.#other = other;
    this.#link = makeLink({
      setUp: async (client) => {
        this.#id = textOf(await client.callBuffer("CLIENT", "ID"));
      },
      onUp: () => this.onUp(),
      onDown: () => this.onDown(),
    });
  }

  get isUp(): boolean {
    return this.#link.isUp;
  }

  get isReading(): boolean {
    return this.#read !== undefined;
  }

  open(): Promise<void> {
    return this.#link.open();
  }

  /** Resolves with what XREADGROUP gives as soon as there is anything, at most `count` of each stream. */
  async read(group: string, consumer: string, count: number, streams: readonly string[]): Promise<unknown> {
    this.#read = this.#link.call(
      "XREADGROUP",
      ...["GROUP", group, consumer, "COUNT", count, "BLOCK", blockMs],
      ...["STREAMS", ...streams, ...streams.map(() => ">")],
    );
    try {
      return await this.#read;
    } finally {
      this.#read = undefined;
    }
  }

  /** For a command just before a read; what is sent meanwhile makes one write. */
  together(send: (link: CommandLink) => void): void {
    this.#link.together(() => send(this.#link));
  }

  /** Ends the read that waits now; what it was given before is still resolved with. */
  async endRead(): Promise<void> {
    const read = this.#read;
    if (read === undefined) return;
    for (let tries = 0; tries < endTries; tries++) {
      // It has no effect while the read is still on its way to the server.
      this.#other.call("CLIENT", "UNBLOCK", this.#id).catch(() => this.#link.drop());
      if (await within(endTryMs, read)) return;
    }
    this.#link.drop();
    await within(endTryMs * endTries, read);
  }

  /** Makes a new connection: the stream is on another server now. */
  drop(): void {
    this.#link.drop();
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
