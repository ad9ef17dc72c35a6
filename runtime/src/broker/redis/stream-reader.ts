import type { RedisLink } from "./redis-link.js";
import { readInTurnScript } from "./redis-scripts.js";
import type { CommandLink, LinkHooks } from "./redis-servers.js";
import { textOf } from "./stream-entry.js";
import type { StreamGroup } from "./stream-group.js";
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
  read({ group, names, keys, retryStream }: StreamGroup, count: number): Promise<unknown> {
    return this.#until(
      this.#link.call(
        "XREADGROUP",
        ...["GROUP", group, names.current, "COUNT", count, "BLOCK", blockMs],
        ...["STREAMS", keys.stream, retryStream, ">", ">"],
      ),
    );
  }

  /**
   * As {@link read}, for the member of an exclusive group that has this token: resolves with nothing when it is not the
   * active one. It waits without being given anything, so that what comes then is still anybody's.
   */
  readInTurn(group: StreamGroup, token: string, count: number): Promise<unknown> {
    return this.#until(this.#readInTurn(group, token, count));
  }

  async #readInTurn(
    { group, names, keys, retryStream, activeKey }: StreamGroup,
    token: string,
    count: number,
  ): Promise<unknown> {
    const streams = [keys.stream, retryStream];
    const words = [...streams, activeKey, group, names.current, count, token];
    const reply = await this.#link.call("EVAL", readInTurnScript, 3, ...words);
    if (!Array.isArray(reply)) return undefined;
    const [read, ...ids] = reply.map((part) => (Array.isArray(part) ? part : textOf(part)));
    if (ids.length > 0)
      await this.#link.call("XREAD", "COUNT", 1, "BLOCK", blockMs, "STREAMS", ...streams, ...ids.map(textOf));
    return read;
  }

  async #until(read: Promise<unknown>): Promise<unknown> {
    this.#read = read;
    try {
      return await read;
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
