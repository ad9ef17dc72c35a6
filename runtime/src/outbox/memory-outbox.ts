import type { OutboxRecord, OutboxStore } from "./outbox-store.js";

/** What is written together: all of it is kept by `commit`, none by `rollback`. */
export class MemoryTransaction {
  readonly #keep: (records: readonly OutboxRecord[]) => void;
  #records: OutboxRecord[] = [];

  constructor(keep: (records: readonly OutboxRecord[]) => void) {
    this.#keep = keep;
  }

  add(record: OutboxRecord): void {
    this.#records.push(record);
  }

  commit(): void {
    this.#keep(this.#records);
    this.#records = [];
  }

  rollback(): void {
    this.#records = [];
  }
}

/** Keeps records while the process lives: for tests, and as an example. */
export class MemoryOutbox implements OutboxStore<MemoryTransaction> {
  readonly #records = new Map<string, OutboxRecord>();

  begin(): MemoryTransaction {
    return new MemoryTransaction((records) => {
      for (const record of records) this.#records.set(record.id, record);
    });
  }

  add(record: OutboxRecord, transaction: MemoryTransaction): void {
    transaction.add(record);
  }

  read(limit: number): readonly OutboxRecord[] {
    return [...this.#records.values()].slice(0, limit);
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#records.delete(id);
  }
}
