/** What the checker has to know of a run beside its history. */
export interface Rules {
  readonly groups: readonly GroupRule[];
  /** Of each publish. */
  readonly deadlineMs: number;
  /** Publishes that a process has open at once, at most. */
  readonly window: number;
  /** How soon publishing and consuming go on after the server answers. */
  readonly recoverMs: number;
  /** How soon health shows an outage. */
  readonly noticeMs: number;
  /** How soon a process ends by itself once its bus is closed. */
  readonly exitMs: number;
  readonly maxRssMb: number;
  /** Connections that one process may try to make in a second of an outage. */
  readonly maxConnectsPerSecond: number;
  /** Longest time between two accepted events, whatever breaks. */
  readonly maxGapMs?: number;
  /** Events that nobody knows to be accepted need not come in order: a node without a leader refuses some and stores them. */
  readonly unknownInAnyOrder?: true;
  /** What the error hooks must be told in the run. */
  readonly reports?: RegExp;
}

export interface GroupRule {
  readonly name: string;
  /** Handlers at once in one process. */
  readonly concurrency: number;
  readonly instances: number;
  /** One process handles one key after the other: first deliveries are in order. Not so with several instances. */
  readonly ordered: boolean;
  /** Tries by the retry policy; each fault may add one. */
  readonly attempts: number;
}

/** A breach of one invariant; undefined when it holds. */
export type Finding = string | undefined;
