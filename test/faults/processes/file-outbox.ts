import { openSync, readFileSync, writeSync } from "node:fs";
import type { OutboxRecord, OutboxStore } from "@eventwright/runtime";

/** What is written together. */
export type FileTransaction = OutboxRecord[];

/** A line of the file: one commit. */
interface Line {
  readonly added: readonly OutboxRecord[];
  readonly removed: readonly string[];
}

/** A database of one table in a file, for one process after the other. A line that a kill has cut off is no commit. */
export class FileOutbox implements OutboxStore<FileTransaction> {
  readonly #records = new Map<string, OutboxRecord>();
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a+");
    const text = readFileSync(path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    for (const line of whole.split("\n")) if (line !== "") this.#apply(JSON.parse(line));
    if (whole.length < text.length) writeSync(this.#file, "\n"); // what was cut off stays a line of its own
  }

  add(record: OutboxRecord, transaction: FileTransaction): void {
    transaction.push(record);
  }

  commit(transaction: FileTransaction): void {
    this.#write({ added: transaction, removed: [] });
  }

  read(limit: number): readonly OutboxRecord[] {
    return [...this.#records.values()].slice(0, limit);
  }

  remove(ids: readonly string[]): void {
    this.#write({ added: [], removed: ids });
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    this.#apply(line);
  }

  #apply({ added, removed }: Line): void {
    for (const record of added) this.#records.set(record.id, record);
    for (const id of removed) this.#records.delete(id);
  }
}
