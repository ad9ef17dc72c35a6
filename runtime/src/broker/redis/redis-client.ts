import type { Buffer } from "node:buffer";
import type { Command } from "ioredis";

/** What a command can be given. */
export type Argument = string | number | Buffer;

/** The part of an ioredis client that the broker uses. */
export interface RedisClient {
  /** The socket of the connection. */
  readonly stream: { cork(): void; uncork(): void };
  connect(): Promise<unknown>;
  /** Ends the connection. */
  disconnect(): void;
  /** Sends one command; texts in its reply are bytes. */
  callBuffer(command: string, ...args: Argument[]): Promise<unknown>;
  /** Sends one command, whose promise it returns. */
  sendCommand(command: Command): unknown;
  subscribe(...channels: string[]): Promise<unknown>;
  psubscribe(...globs: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  punsubscribe(...globs: string[]): Promise<unknown>;
  on(event: "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "messageBuffer", listener: (channel: Buffer, message: Buffer) => void): unknown;
  on(event: "pmessageBuffer", listener: (glob: string, channel: Buffer, message: Buffer) => void): unknown;
}

/**
 * What every connection of the broker is made with, whatever else is set. A client lives for one connection: it neither
 * connects again, nor keeps or repeats commands, so that what became of each command is known.
 */
export const connectionSettings = {
  lazyConnect: true,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
  failoverDetector: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: null,
  enableAutoPipelining: false,
  disconnectTimeout: 100,
  // ioredis waits as long as the server says that loading will take, up to ten seconds, also once it was closed.
  maxLoadingRetryTime: 200,
  keyPrefix: "",
  replyMapping: "legacy",
  stringNumbers: false,
} as const;

/** An answer of the server that says no, as opposed to a connection that was lost. */
export function isReplyError(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

/** The code of an error reply: `OOM`, `LOADING`, `NOGROUP`; nothing for other errors. */
export function replyCode(error: unknown): string {
  if (!isReplyError(error)) return "";
  // Before version 7 a script's error stands inside another one.
  const inScript = /^ERR Error running script.*@user_script: ?\d+: -?([A-Z]+) /.exec(error.message);
  return inScript?.[1] ?? error.message.split(" ", 1)[0] ?? "";
}

/** Refusals that end by themselves, of commands that had no effect: they can be sent again. */
export const passingCodes: ReadonlySet<string> = new Set([
  "LOADING",
  "BUSY",
  "READONLY",
  "MASTERDOWN",
  "NOREPLICAS",
  "CLUSTERDOWN",
  "TRYAGAIN",
  "MOVED",
  "ASK",
]);
