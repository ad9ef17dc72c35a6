import { Chain } from "../chain.js";
import type { HandlerRun } from "./handler-run.js";
import { KeyLanes } from "./key-lanes.js";
import type { ResolvedListener } from "./registration.js";
import type { RunnerHost } from "./runner-host.js";

/** When each run of a listener may start, and which have not ended. */
export class RunOrder {
  readonly #listener: ResolvedListener;
  readonly #host: RunnerHost;
  readonly #start: (run: HandlerRun) => void;
  /** Present where not every event may start at once. */
  #lanes: KeyLanes<HandlerRun> | undefined;
  /** Runs that wait, and runs that did not end in the tick of their start. */
  readonly #open = new Chain<HandlerRun>();
  /** Runs of a background listener that wait for their turn of the event loop. */
  readonly #postponed = new Set<HandlerRun>();
  /** Runs that wait for their next attempt and keep their key. */
  readonly #resting = new Set<HandlerRun>();
  readonly #whenDrained: (() => void)[] = [];

  constructor(listener: ResolvedListener, host: RunnerHost, start: (run: HandlerRun) => void) {
    this.#listener = listener;
    this.#host = host;
    this.#start = start;
    if (listener.keyed || listener.concurrency !== Number.POSITIVE_INFINITY) this.#limited();
  }

  /** Whether some run may have to wait for others. */
  get isLimited(): boolean {
    return this.#lanes !== undefined;
  }

  get paused(): boolean {
    return this.#lanes?.paused ?? false;
  }

  set paused(paused: boolean) {
    this.#limited().paused = paused;
  }

  set concurrency(limit: number) {
    this.#limited().limit = limit;
  }

  /** Runs that have not ended. */
  get size(): number {
    return this.#open.size;
  }

  get runs(): readonly HandlerRun[] {
    return this.#open.toArray();
  }

  /** Starts a run as soon as it may. */
  enter(run: HandlerRun): void {
    if (this.#lanes === undefined) {
      this.#start(run);
      return;
    }
    if (!this.#open.has(run)) this.#open.add(run);
    this.#lanes.add(run, this.#keyOf(run));
  }

  /** As `enter`, in a later turn of the event loop. */
  enterLater(run: HandlerRun): void {
    this.#open.add(run);
    this.#postponed.add(run);
    run.stopTimer = this.#host.options.clock.after(0, () => {
      this.#postponed.delete(run);
      this.enter(run);
    });
  }

  /** A run does not end at once; one from before there were lanes takes its place in them only now. */
  keep(run: HandlerRun): void {
    if (this.#open.has(run)) return;
    this.#open.add(run);
    this.#lanes?.began();
  }

  /** The next attempt takes the place of the last one. */
  replace(run: HandlerRun, next: HandlerRun): void {
    this.keep(run);
    this.#open.delete(run);
    this.#open.add(next);
  }

  /** A run starts after a while: those of its key wait behind it, and others get its place. Only where runs are limited. */
  rest(run: HandlerRun, key: string, delayMs: number): void {
    const lanes = this.#limited();
    this.#resting.add(run);
    run.stopTimer = this.#host.options.clock.after(delayMs, () => {
      this.#resting.delete(run);
      lanes.wake(run, key);
    });
    lanes.rest();
  }

  /** Takes out all that wait for their start. They are still to be forgotten. */
  clear(): readonly HandlerRun[] {
    const waiting = [...this.#resting, ...(this.#lanes?.clear() ?? []), ...this.#postponed];
    this.#resting.clear();
    this.#postponed.clear();
    return waiting;
  }

  /** A run that was started is over. */
  end(run: HandlerRun): void {
    if (this.#open.has(run)) this.#lanes?.done(this.#keyOf(run));
    this.forget(run);
  }

  forget(run: HandlerRun): void {
    if (!this.#open.delete(run) || this.#open.size > 0) return;
    for (const resolve of this.#whenDrained.splice(0)) resolve();
    this.#host.onQuiet();
  }

  /** Resolves when no run is open. */
  drained(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenDrained.push(resolve));
  }

  #limited(): KeyLanes<HandlerRun> {
    const running = this.#open.size - this.#postponed.size;
    this.#lanes ??= new KeyLanes(this.#listener.concurrency, this.#start, running);
    return this.#lanes;
  }

  #keyOf(run: HandlerRun): string | undefined {
    return this.#listener.keyed ? run.envelope.subject : undefined;
  }
}
