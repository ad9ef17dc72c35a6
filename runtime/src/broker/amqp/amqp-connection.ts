import { BrokerError } from "../../errors.js";
import { isCertificateError } from "../certificate-error.js";
import type { AmqpClient } from "./amqp-client.js";
import { currentUrls, type ResolvedAmqpOptions } from "./amqp-options.js";
import { Backoff, within } from "./backoff.js";
import { checkServer } from "./check-server.js";
import { mergeWrites } from "./merge-writes.js";

/** What becomes of a connection. */
export interface ConnectionEvents {
  /** Makes what shall be on it; it counts as open once this has resolved. */
  readonly setUp: (client: AmqpClient) => Promise<void>;
  readonly onOpen: () => void;
  /** All that was on it is gone; it is being made again. */
  readonly onLost: (cause: unknown) => void;
  /** The server takes nothing for now: it is short of memory or disk. */
  readonly onBlocked?: (reason: string | undefined) => void;
}

/** How long the server may take to answer a close. */
const closeTimeoutMs = 2_000;

/** Keeps one connection to the server: made again for ever once it was open, and set up anew each time. */
export class AmqpConnection {
  readonly #purpose: string;
  readonly #options: ResolvedAmqpOptions;
  readonly #events: ConnectionEvents;
  readonly #ended = new AbortController();
  readonly #backoff = new Backoff();
  #client: AmqpClient | undefined;
  /** Ends the socket of the present client. */
  #cut: AbortController | undefined;
  #next = 0;
  #servers = 1;
  #open = false;

  constructor(purpose: string, options: ResolvedAmqpOptions, events: ConnectionEvents) {
    this.#purpose = purpose;
    this.#options = options;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get client(): AmqpClient | undefined {
    return this.#client;
  }

  /**
   * Tries until the time limit is over. A server that refuses the login, or lacks the virtual host, ends it at once; so do
   * certificates, when none of the servers has one to be trusted.
   *
   * @throws BrokerError
   */
  async open(): Promise<void> {
    const deadline = Date.now() + this.#options.connectTimeoutMs;
    let cause: unknown = new Error("no answer in time");
    for (;;) {
      try {
        await this.#connect();
        return;
      } catch (error) {
        if (this.#ended.signal.aborted)
          throw new BrokerError("BROKER_CLOSED", "cannot connect to the AMQP server: broker is closed");
        // That its time was over says less than what had gone wrong before.
        if (!isAborted(error)) cause = error;
        const isHopeless = isRefusal(error) || this.#trustsNone(error);
        if (isHopeless || Date.now() >= deadline) throw this.#failure(cause);
      }
      await this.#backoff.wait(this.#ended.signal);
    }
  }

  /** Gives the connection back; safe to call twice. */
  async close(): Promise<void> {
    this.#ended.abort();
    const client = this.#client;
    const cut = this.#cut;
    this.#client = undefined;
    this.#open = false;
    if (client === undefined || cut === undefined) return;
    await within(closeTimeoutMs, client.close());
    cut.abort();
  }

  /** Ends the present connection, which is then made again. */
  drop(): void {
    this.#cut?.abort();
  }

  async #connect(): Promise<void> {
    const urls = await currentUrls(this.#options);
    this.#servers = urls.length;
    const url = urls[this.#next++ % urls.length] ?? "";
    const cut = new AbortController();
    // One that accepts and says nothing leaves time for the others.
    const timer = setTimeout(() => cut.abort(), this.#options.connectTimeoutMs / urls.length);
    const onEnd = (): void => cut.abort();
    this.#ended.signal.addEventListener("abort", onEnd, { once: true });
    try {
      const client = await this.#options.connect(withHeartbeat(url, this.#options), {
        ...this.#options.tls,
        noDelay: true,
        signal: cut.signal,
        clientProperties: { connection_name: `eventwright ${this.#purpose}` },
      });
      clearTimeout(timer); // from here on the heartbeat watches
      client.on("error", () => {}); // until it is watched
      checkServer(client);
      mergeWrites(client);
      this.#watch(client, cut);
      this.#client = client;
      this.#cut = cut;
      await Promise.race([this.#events.setUp(client), untilLost(client)]);
      if (this.#client !== client) throw new Error("connection was lost while it was set up");
      this.#open = true;
      this.#backoff.reset();
      this.#events.onOpen();
    } catch (error) {
      cut.abort();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#ended.signal.removeEventListener("abort", onEnd);
    }
  }

  /** Each of several is given a chance. */
  #trustsNone(error: unknown): boolean {
    return isCertificateError(error) && this.#next >= this.#servers;
  }

  #watch(client: AmqpClient, cut: AbortController): void {
    let cause: unknown;
    client.on("error", (error) => {
      cause = error;
    });
    client.on("close", (error) => {
      // A half-open socket would stay, and keep the process alive.
      cut.abort();
      if (this.#client === client) this.#lost(cause ?? error);
    });
    client.on("blocked", (reason) => this.#events.onBlocked?.(reason));
    client.on("unblocked", () => this.#events.onBlocked?.(undefined));
  }

  #lost(cause: unknown): void {
    const wasOpen = this.#open;
    this.#client = undefined;
    this.#open = false;
    // While it is being set up, whoever does it tries again.
    if (!wasOpen) return;
    this.#events.onLost(cause);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.#backoff.wait(this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      try {
        await this.#connect();
        return;
      } catch (error) {
        this.#events.onLost(error);
      }
    }
  }

  #failure(cause: unknown): BrokerError {
    if (cause instanceof BrokerError) return cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    const reason = text.includes("got <ConnectionClose") ? "it has no such virtual host for this user" : text;
    return new BrokerError("BROKER_FAILED", `cannot connect to the AMQP server: ${reason}`, { cause });
  }
}

/** Rejects when the connection has ended. */
function untilLost(client: AmqpClient): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    client.on("close", (cause) => reject(cause ?? new Error("connection was lost while it was set up")));
  });
  lost.catch(() => {}); // mostly it ends much later, when nobody waits any more
  return lost;
}

/**
 * What the server says when it wants no such client, or the exchange is of another kind, and what makes it unfit: trying
 * again does not help. For a virtual host that it does not have, amqplib tells only that the connection was closed.
 */
function isRefusal(error: unknown): boolean {
  if (error instanceof BrokerError) return true;
  const refusals = /ACCESS[_-]REFUSED|NOT[_-]ALLOWED|PRECONDITION[_-]FAILED|got <ConnectionClose/;
  return error instanceof Error && refusals.test(error.message);
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function withHeartbeat(url: string, { heartbeatSeconds }: ResolvedAmqpOptions): string {
  const tuned = new URL(url);
  tuned.searchParams.set("heartbeat", String(heartbeatSeconds));
  return tuned.href;
}
