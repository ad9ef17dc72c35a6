import type { HandlerRun } from "./handler-run.js";

/** Runs that have not ended, in order. A list through the runs themselves: adding and removing cost no memory. */
export class OpenRuns {
  #first: HandlerRun | undefined;
  #last: HandlerRun | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(run: HandlerRun): void {
    if (run.listed) return;
    run.listed = true;
    run.previous = this.#last;
    if (this.#last === undefined) this.#first = run;
    else this.#last.next = run;
    this.#last = run;
    this.#size++;
  }

  /** Whether it was there. */
  delete(run: HandlerRun): boolean {
    if (!run.listed) return false;
    run.listed = false;
    if (run.previous === undefined) this.#first = run.next;
    else run.previous.next = run.next;
    if (run.next === undefined) this.#last = run.previous;
    else run.next.previous = run.previous;
    run.previous = undefined;
    run.next = undefined;
    this.#size--;
    return true;
  }

  toArray(): readonly HandlerRun[] {
    const runs: HandlerRun[] = [];
    for (let run = this.#first; run !== undefined; run = run.next) runs.push(run);
    return runs;
  }
}
