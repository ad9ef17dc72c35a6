import { BrokerError } from "../../errors.js";
import { isCertificateError } from "../certificate-error.js";
import { type Argument, isReplyError, type RedisClient, replyCode } from "./redis-client.js";
import type { CommandLink } from "./redis-servers.js";
import { BytesCommand, type WrittenCommand } from "./written-command.js";

export interface LinkOptions {
  /** Makes a client that is not connected, for one connection. */
  readonly make: () => RedisClient;
  /** Longest time that a connection may take to come about. */
  readonly connectTimeoutMs: number;
  /** Longest silence while an answer is awaited; after it the connection counts as lost. */
  readonly silenceMs: number;
  /** Run on each new connection before it counts as up. */
  readonly setUp?: (client: RedisClient) => Promise<void>;
  readonly onUp?: () => void;
  readonly onDown?: (cause: unknown) => void;
  /** Goes on also when the first connection was refused, or did not come about in time. @default false */
  readonly keepsTrying?: boolean;
}

const firstPauseMs = 25;
const longestPauseMs = 2_000;
const watchMs = 1_000;

/** A connection that lived longer than this was a good one. */
const steadyMs = 1_000;

/** Refusals that no further try will mend at the start. */
const fatalCodes: ReadonlySet<string> = new Set(["WRONGPASS", "NOAUTH", "NOPERM"]);

/** A command of which nothing was sent. */
export class NotSentError extends BrokerError {
  constructor(command: string, cause?: unknown) {
    super("BROKER_FAILED", `cannot send ${command}: not connected`, { cause });
  }
}

/** Whether a command may have had its effect, although nobody knows of it. */
export function isAnswerLost(error: unknown): boolean {
  return !isReplyError(error) && !(error instanceof NotSentError);
}

/**
 * A connection that is made again whenever it is lost. Commands go out on the connection that is up now, or fail at
 * once; none is ever repeated. A connection that stays silent while it owes an answer is ended.
 */
export class RedisLink implements CommandLink {
  readonly #options: LinkOptions;
  /** The connection that is up. */
  #client: RedisClient | undefined;
  /** The connection that is up or is being made. */
  #current: RedisClient | undefined;
  /** The connection that was given up last. */
  #dropped: RedisClient | undefined;
  #closed = false;
  #opened: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #onFirst: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  #endPause: () => void = () => {};
  #owed = 0;
  #silentTicks = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** The client of the connection that is up, for what is no plain command. */
  get client(): RedisClient | undefined {
    return this.#client;
  }

  /**
   * Resolves when the connection is up for the first time.
   *
   * @throws BrokerError `BROKER_FAILED` when it does not come about in time, at once when it was refused for good
   */
  open(): Promise<void> {
    this.#opened ??= new Promise<void>((resolve, reject) => {
      this.#onFirst = { resolve, reject };
      this.#running = this.#run();
    });
    return this.#opened;
  }

  call(command: string, ...args: Argument[]): Promise<unknown> {
    const client = this.#client;
    return this.#answerTo(command, client?.callBuffer(command, ...args));
  }

  send(command: WrittenCommand): Promise<unknown> {
    const client = this.#client;
    return this.#answerTo(command.name, client?.sendCommand(new BytesCommand(command)));
  }

  together(send: () => void): void {
    const stream = this.#client?.stream;
    stream?.cork();
    send();
    stream?.uncork();
  }

  /** Gives the connection up; a new one is made. */
  drop(): void {
    // Once: the client listens to its socket anew at each call, and a dead link may take long to end.
    if (this.#dropped === this.#current) return;
    this.#dropped = this.#current;
    this.#current?.disconnect();
  }

  /** Ends the connection for good. Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#current?.disconnect();
    this.#endPause();
    await this.#running;
  }

  /** Knows nothing of what was sent: while an answer is awaited, memory for it may go. */
  async #answerTo(command: string, answer: unknown): Promise<unknown> {
    if (answer === undefined) throw new NotSentError(command);
    this.#owed++;
    try {
      return await answer;
    } catch (error) {
      throw isUnsent(error) ? new NotSentError(command, error) : error;
    } finally {
      this.#owed--;
      this.#silentTicks = 0;
    }
  }

  async #run(): Promise<void> {
    const deadline = Date.now() + this.#options.connectTimeoutMs;
    let failures = 0;
    while (!this.#closed) {
      const began = Date.now();
      const cause = await this.#connectOnce();
      const first = this.#onFirst;
      const isHopeless = isFatal(cause) || Date.now() >= deadline;
      if (first !== undefined && isHopeless && this.#options.keepsTrying !== true) {
        this.#closed = true;
        first.reject(connectError(cause));
      }
      failures = Date.now() - began > steadyMs ? 0 : failures + 1;
      if (!this.#closed) await this.#pause(failures);
    }
    this.#onFirst?.reject(new BrokerError("BROKER_CLOSED", "cannot connect to Redis: broker is closed"));
  }

  /** One connection from its beginning to its end. Resolves with what ended it. */
  async #connectOnce(): Promise<unknown> {
    const client = this.#options.make();
    this.#current = client;
    let cause: unknown;
    client.on("error", (error) => {
      cause = error;
    });
    const ended = new Promise<void>((resolve) => client.on("end", resolve));
    const limit = setTimeout(() => client.disconnect(), this.#options.connectTimeoutMs);
    try {
      await client.connect();
      await this.#options.setUp?.(client);
      clearTimeout(limit);
      if (!this.#closed) await this.#serve(client, ended);
    } catch (error) {
      cause = isReplyError(error) || error instanceof BrokerError ? error : (cause ?? error);
    }
    clearTimeout(limit);
    client.disconnect();
    if (this.#client === client) {
      this.#client = undefined;
      if (!this.#closed) this.#options.onDown?.(cause);
    }
    return cause;
  }

  /** Resolves at the end of the connection. */
  async #serve(client: RedisClient, ended: Promise<void>): Promise<void> {
    this.#client = client;
    this.#silentTicks = 0;
    const watch = setInterval(() => this.#look(), watchMs);
    this.#onFirst?.resolve();
    this.#onFirst = undefined;
    this.#options.onUp?.();
    await ended;
    clearInterval(watch);
  }

  /** Counts its own ticks: while the event loop is blocked none pass, so a busy process is not taken for a dead server. */
  #look(): void {
    if (this.#owed === 0) this.#silentTicks = 0;
    else if (++this.#silentTicks * watchMs > this.#options.silenceMs) this.drop();
  }

  /** Longer after each failure, with chance in it, so that processes do not all come back at once. */
  #pause(failures: number): Promise<void> {
    const longest = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What the client says of a command that it was given without being able to write it. */
function isUnsent(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Stream isn't writeable");
}

/** Whether a failure to connect will not end by itself. */
export function isFatal(error: unknown): boolean {
  return error instanceof BrokerError || fatalCodes.has(replyCode(error)) || isCertificateError(error);
}

export function connectError(cause: unknown): BrokerError {
  if (cause instanceof BrokerError) return cause;
  const why = cause instanceof Error ? cause.message : "no answer in time";
  return new BrokerError("BROKER_FAILED", `cannot connect to Redis: ${why}`, { cause });
}
