import type { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import type { Restartable } from "../../helpers/servers/restartable.js";
import type { BrokerKind, BrokerPlan } from "../processes/plan.js";

/**
 * How the servers of a run are set up: one; one with TLS and a user; three nodes of RabbitMQ or a Redis Cluster of six; a
 * Redis primary and its replica, watched by sentinels.
 */
export type Setup = "one" | "secure" | "cluster" | "sentinel";

/** The servers of a run, and what is between them and its processes. */
export interface World extends AsyncDisposable {
  readonly kind: BrokerKind;
  /** All servers together. */
  readonly server: Restartable;
  /** Between the servers and the processes; none where servers tell clients of each other. */
  readonly proxies: readonly FaultProxy[];
  /** How a process of the run reaches the servers; `number` tells the processes of a run apart. */
  broker(run: string, number: number): BrokerPlan;
  /** To be called before each kill of all servers, and makes it a fair one: all that was declared is on disk. */
  prepare(): Promise<void>;
}

/** A world of one server, with what its operator can do. */
export abstract class OneServerWorld implements World {
  abstract readonly kind: BrokerKind;
  abstract readonly server: Restartable;
  readonly proxy: FaultProxy;

  constructor(proxy: FaultProxy) {
    this.proxy = proxy;
  }

  get proxies(): readonly FaultProxy[] {
    return [this.proxy];
  }

  abstract broker(run: string): BrokerPlan;
  abstract prepare(): Promise<void>;
  /** Ends one connection of a client. */
  abstract endOneConnection(): Promise<void>;
  /** Removes the queues or groups of all listeners. */
  abstract loseQueues(): Promise<void>;
  /** Removes all dead letters with what holds them. */
  abstract loseDeadLetters(): Promise<void>;
  /** The server takes nothing more, or does again. */
  abstract fill(isFull: boolean): Promise<void>;
  /** What the server writes does not reach its disk, or does again. */
  abstract stallDisk(isStalled: boolean): Promise<void>;
  /** The server expects another password than the clients have, or theirs again; connections stay. */
  abstract changePassword(isOther: boolean): Promise<void>;
  /** The server comes back with a certificate that has expired, or with a good one. */
  abstract renewCertificate(isExpired: boolean): Promise<void>;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    await this.server.close();
  }
}

/** As whom the clients come to a server that wants to know. */
export const shop = { name: "shop", password: "right" } as const;
