/** An event that waits to be sent. */
export interface OutboxRecord {
  /** The event's own. */
  readonly id: string;
  /** All of the event as text, to be kept as it is. */
  readonly event: string;
}

/**
 * Keeps events beside your data: one small table with a number that grows, the id and the text. `Transaction` is whatever
 * your database calls so.
 */
export interface OutboxStore<Transaction = unknown> {
  /** Writes a record within a transaction of yours: it is there once that is committed, and never when it is rolled back. */
  add(record: OutboxRecord, transaction: Transaction): void | Promise<void>;
  /** Committed records that were not removed, in the order in which they were added; at most `limit`. */
  read(limit: number): readonly OutboxRecord[] | Promise<readonly OutboxRecord[]>;
  /** A broker has them. Ids that are not there are no error. */
  remove(ids: readonly string[]): void | Promise<void>;
}
