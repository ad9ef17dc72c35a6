import { Queue } from "../queue.js";

interface Waiting<Job> {
  readonly key: string | undefined;
  readonly job: Job;
}

/** Starts jobs in order, a limited number at once; jobs with equal keys one after the other. */
export class KeyLanes<Job> {
  #limit: number;
  #paused = false;
  readonly #start: (job: Job, key: string | undefined) => void;
  readonly #ready = new Queue<Waiting<Job>>();
  /** Keys that have a job started or ready, with those behind it. */
  readonly #lanes = new Map<string, Queue<Job>>();
  #running: number;
  #pumping = false;

  /** `running` is the number of jobs that were started elsewhere and that `done` will be called for. */
  constructor(limit: number, start: (job: Job, key: string | undefined) => void, running = 0) {
    this.#limit = limit;
    this.#start = start;
    this.#running = running;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** No job starts while it is paused; those that run go on. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.#pump();
  }

  /** Takes effect as jobs end. */
  set limit(limit: number) {
    this.#limit = limit;
    this.#pump();
  }

  add(job: Job, key: string | undefined): void {
    const lane = key === undefined ? undefined : this.#lanes.get(key);
    if (lane !== undefined) {
      lane.push(job);
      return;
    }
    if (key !== undefined) this.#lanes.set(key, new Queue());
    this.#ready.push({ key, job });
    this.#pump();
  }

  /** A job without a key was started elsewhere; `done` will be called for it. */
  began(): void {
    this.#running++;
  }

  /** A started job waits: others may start in its place, but those of its key wait with it. */
  rest(): void {
    this.#running--;
    this.#pump();
  }

  /** One that has waited goes on. */
  wake(job: Job, key: string): void {
    this.#ready.push({ key, job });
    this.#pump();
  }

  /** A started job is over. */
  done(key: string | undefined): void {
    this.#running--;
    if (key !== undefined) {
      const next = this.#lanes.get(key)?.shift();
      if (next === undefined) this.#lanes.delete(key);
      else this.#ready.push({ key, job: next });
    }
    this.#pump();
  }

  /** Takes out all jobs that were not started. */
  clear(): readonly Job[] {
    const jobs: Job[] = [];
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) jobs.push(next.job);
    for (const lane of this.#lanes.values()) {
      for (let job = lane.shift(); job !== undefined; job = lane.shift()) jobs.push(job);
    }
    return jobs;
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#running < this.#limit && !this.#paused) {
      const next = this.#ready.shift();
      if (next === undefined) break;
      this.#running++;
      this.#start(next.job, next.key);
    }
    this.#pumping = false;
  }
}
