import { type EventBus, Outbox } from "@eventwright/runtime";
import type { EventContract } from "@eventwright/runtime/contract";
import type { Step } from "./contract.js";
import { FileOutbox, type FileTransaction } from "./file-outbox.js";
import type { SendOptions } from "./load.js";

/** Writes steps into a database first, one transaction each; an outbox sends them. */
export class StepOutbox {
  readonly #store: FileOutbox;
  readonly #outbox: Outbox<FileTransaction>;
  readonly #contract: EventContract<Step>;

  constructor(path: string, bus: EventBus, contract: EventContract<Step>) {
    this.#store = new FileOutbox(path);
    this.#outbox = new Outbox({ bus, store: this.#store, pollMs: 100 });
    this.#contract = contract;
  }

  /** Sends what is committed, also what an earlier process has left. */
  start(): void {
    this.#outbox.start();
  }

  /** Resolves when it is committed. */
  async write(step: Step, options: SendOptions): Promise<void> {
    const transaction: FileTransaction = [];
    await this.#outbox.within(transaction).publish(this.#contract, step, options);
    this.#store.commit(transaction);
  }

  close(): Promise<void> {
    return this.#outbox.close();
  }
}
