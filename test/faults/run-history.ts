import { appendFileSync, closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type Happening, now, type Operation, readOperations, writeOperation } from "./history.js";
import { Journal } from "./journal.js";

/** The history of a run while it goes on: each process writes a file of its own, and this reads on in all of them. */
export class RunHistory {
  readonly operations: Operation[] = [];
  /** As known at the last {@link RunHistory.refresh}. */
  readonly journal: Journal = new Journal();
  readonly #folder: string;
  readonly #files: { readonly fd: number; rest: string }[] = [];
  readonly #buffer: Buffer = Buffer.alloc(1 << 16);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the file of a process. */
  fileOf(process: string): string {
    const path = join(this.#folder, `${process}.jsonl`);
    this.#files.push({ fd: openSync(path, "a+"), rest: "" });
    return path;
  }

  /** What the machine itself does. */
  tell(happening: Happening): void {
    const operation: Operation = { at: now(), process: "machine", ...happening };
    appendFileSync(join(this.#folder, "machine.jsonl"), writeOperation(operation));
    this.#add(operation);
  }

  /** Reads what the processes have written since. */
  refresh(): Journal {
    for (const file of this.#files) {
      const text = file.rest + this.#read(file.fd);
      const end = text.lastIndexOf("\n") + 1;
      for (const operation of readOperations(text.slice(0, end))) this.#add(operation);
      file.rest = text.slice(end);
    }
    return this.journal;
  }

  close(): void {
    for (const { fd } of this.#files.splice(0)) closeSync(fd);
  }

  /** All lines are ASCII. */
  #read(fd: number): string {
    let text = "";
    for (;;) {
      const length = readSync(fd, this.#buffer);
      if (length === 0) return text;
      text += this.#buffer.toString("latin1", 0, length);
    }
  }

  #add(operation: Operation): void {
    this.operations.push(operation);
    this.journal.add(operation);
  }
}
