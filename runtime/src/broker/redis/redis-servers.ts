import type { Argument, RedisClient } from "./redis-client.js";
import type { LinkOptions, RedisLink } from "./redis-link.js";
import type { WrittenCommand } from "./written-command.js";

/** Where commands go. */
export interface CommandLink {
  /** Whether a command can be sent now. */
  readonly isUp: boolean;
  /**
   * Sends one command now. Rejects with a reply error; with a NotSentError when no byte of it has left; with another
   * error when the connection got lost before the answer.
   */
  call(command: string, ...args: Argument[]): Promise<unknown>;
  /** As {@link call}, but rejects with MOVED instead of going on: so the caller can keep its commands in order. */
  send(command: WrittenCommand): Promise<unknown>;
  /** What is sent meanwhile makes one write. */
  together(send: () => void): void;
}

/** What is done when a connection comes up and when it is lost. */
export type LinkHooks = Partial<Omit<LinkOptions, "make" | "connectTimeoutMs">>;

export interface ServersHooks {
  /** All that is needed can be reached. */
  readonly onUp: () => void;
  readonly onDown: (cause: unknown) => void;
  /** Something that could not be sent before may be sent now. */
  readonly onRetry: () => void;
}

/** The servers behind a broker: which of them has a key, and the connections to them. */
export interface RedisServers {
  /** Resolves when commands can be sent. @throws BrokerError */
  open(): Promise<void>;
  close(): Promise<void>;
  /** The connection for the commands of a key, whichever server it moves to. */
  linkOf(key: string): CommandLink;
  /** A further connection to the server that has a key, or to any. Whoever makes it closes it. */
  makeLink(key: string | undefined, hooks: LinkHooks): RedisLink;
  /** A command on a key was refused by a server that is not the right one, or not now. */
  onRefused(key: string, code: string): void;
}

/** Makes clients that are not connected, each for one connection; to the given server where there are several. */
export type MakeClient = (server?: ServerAddress) => RedisClient;

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}
