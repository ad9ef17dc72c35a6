import type { Happening } from "../history.js";

export type BrokerKind = "redis" | "amqp";

/** How a process reaches its servers; plain data, since it goes to another process. */
export interface BrokerPlan {
  readonly kind: BrokerKind;
  /** Distinguishes the run's names on the server from those of other runs. */
  readonly run: string;
  /** Of one server, or of several in the order in which they are tried. */
  readonly urls?: readonly string[];
  /** What signs the servers' certificates (PEM), with TLS. */
  readonly ca?: string | undefined;
  readonly sentinels?: {
    readonly addresses: readonly Address[];
    /** Of the primary. */
    readonly name: string;
    readonly user: { readonly name: string; readonly password: string };
  };
  /** Of a Redis Cluster. */
  readonly nodes?: readonly Address[];
  /** Replicas that must have an event before it is accepted. */
  readonly replicas?: number | undefined;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a client of the run does wrong, so that the checker can be seen to notice. */
export type Flaw = "acknowledges early" | "resolves early" | "forgets to resubscribe";

/** What a process does: listens, or publishes, or both. */
export interface ProcessPlan {
  readonly name: string;
  /** Its part of the history. */
  readonly file: string;
  readonly broker: BrokerPlan;
  readonly seed: number;
  readonly listener?: ListenerPlan;
  readonly load?: LoadPlan;
  readonly flaw?: Flaw | undefined;
}

export interface ListenerPlan {
  readonly group: string;
  readonly concurrency: number;
  /** How long a handler takes, drawn from the seed: from, to. */
  readonly handlerMs: readonly [number, number];
  /** For one attempt. */
  readonly timeoutMs?: number;
}

export interface LoadPlan {
  readonly perSecond: number;
  /** Open publishes, at most: no more are tried while so many are. */
  readonly window: number;
  readonly deadlineMs: number;
  readonly keys: number;
  /** Events are written into a database beside the history, and sent by an outbox: for one publisher at a time. */
  readonly outbox?: true;
  /** Shares of the events, from 0 to 1, that make their handlers fail. */
  readonly fates?: Partial<Record<Fate, number>>;
}

/**
 * What an event does to its handlers: fails at the first attempt; is given to the dead letters; kills every process; never
 * ends, until its time is up; blocks the event loop until a supervisor kills the process.
 */
export const fates = ["failing", "condemned", "deadly", "endless", "looping"] as const;

export type Fate = (typeof fates)[number];

/** What the machine tells a process. */
export type Command =
  | { readonly kind: "publish" }
  /** No further publishes; open ones go on. */
  | { readonly kind: "rest" }
  | { readonly kind: "listDeadLetters" }
  /** Blocks the event loop. */
  | { readonly kind: "block"; readonly forMs: number }
  | { readonly kind: "failAll"; readonly fails: boolean }
  /** Handlers that begin within so long end after it. */
  | { readonly kind: "stall"; readonly forMs: number }
  | { readonly kind: "close" };

/** Writes a line of the history before it returns: a kill right after it cannot undo it. */
export type Tell = (happening: Happening) => void;

export const retryPolicy = { immediate: 1, delayed: 6, delayMs: 200, factor: 2, jitter: 0.2 } as const;

/** Attempts by the policy: the first, those at once, those later. */
export const attemptsByPolicy: number = 1 + retryPolicy.immediate + retryPolicy.delayed;
