import { HandlerRun } from "./handler-run.js";

/** A run that has not ended, or the list itself, which closes the ring. */
export interface OpenRun {
  previous: OpenRun | undefined;
  next: OpenRun | undefined;
}

/** Runs that have not ended, in order. A ring through the runs themselves: adding and removing cost no memory. */
export class OpenRuns implements OpenRun {
  previous: OpenRun | undefined = this;
  next: OpenRun | undefined = this;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether it was not there. */
  add(run: HandlerRun): boolean {
    const last = this.previous;
    if (run.isOpen || last === undefined) return false;
    run.previous = last;
    run.next = this;
    last.next = run;
    this.previous = run;
    this.#size++;
    return true;
  }

  /** Whether it was there. */
  delete(run: HandlerRun): boolean {
    const { previous, next } = run;
    if (previous === undefined || next === undefined) return false;
    previous.next = next;
    next.previous = previous;
    run.previous = undefined;
    run.next = undefined;
    this.#size--;
    return true;
  }

  toArray(): readonly HandlerRun[] {
    const runs: HandlerRun[] = [];
    for (let run = this.next; run instanceof HandlerRun; run = run.next) runs.push(run);
    return runs;
  }
}
