import { deadLetter, type EventBus } from "@eventwright/runtime";
import type { EventContract, HandlerContext, HandlerResult } from "@eventwright/runtime/contract";
import { between, type Random, randomOf } from "../random.js";
import { digestOf, type Step } from "./contract.js";
import { type ListenerPlan, retryPolicy, type Tell } from "./plan.js";

/** A listener that writes down what reaches it, and does what the events ask for. */
export class Handler {
  /** Every attempt fails while this is true. */
  fails = false;
  #stalledUntil = 0;
  readonly #plan: ListenerPlan;
  readonly #tell: Tell;
  readonly #die: () => void;
  readonly #random: Random;

  /** `die` ends the process as a crash would. */
  constructor(plan: ListenerPlan, seed: number, tell: Tell, die: () => void) {
    this.#plan = plan;
    this.#tell = tell;
    this.#die = die;
    this.#random = randomOf(seed);
  }

  listenOn(bus: EventBus, contract: EventContract<Step>): void {
    const { group, concurrency, timeoutMs } = this.#plan;
    const limit = timeoutMs === undefined ? {} : { timeoutMs };
    const options = { name: group, concurrency, retry: retryPolicy, ...limit };
    bus.listen(contract, (step, context) => this.#handle(step, context), options);
  }

  /** Handlers that begin within so long end after it. */
  stall(forMs: number): void {
    this.#stalledUntil = performance.now() + forMs;
  }

  async #handle(
    step: Step,
    { envelope, attempt, signal }: HandlerContext,
  ): Promise<HandlerResult | undefined> {
    const { id, headers } = envelope;
    const { group, handlerMs } = this.#plan;
    const about = { group, id } as const;
    this.#tell({ kind: "handling", ...about, attempt, digest: digestOf(step, headers.step) });
    const stallMs = Math.round(this.#stalledUntil - performance.now());
    await pause(Math.max(stallMs, between(this.#random, handlerMs)));
    if (step.fate === "looping") {
      this.#tell({ kind: "blocking", forMs: loopMs });
      blockEventLoop(loopMs);
    }
    if (step.fate === "deadly" || step.fate === "looping") this.#die();
    if (step.fate === "endless") {
      // At once: the next handler may begin in the same turn.
      signal.addEventListener("abort", () => this.#tell({ kind: "failed", ...about }));
      await new Promise(() => {});
    }
    if (this.fails || (step.fate === "failing" && attempt === 1)) {
      this.#tell({ kind: "failed", ...about });
      throw new Error("the event asked for a failure");
    }
    if (step.fate === "condemned") {
      this.#tell({ kind: "condemned", ...about });
      return deadLetter("the event asked for it");
    }
    this.#tell({ kind: "handled", ...about });
    return undefined;
  }
}

/** As long as a supervisor would let a process be silent. */
const loopMs = 5_000;

export function blockEventLoop(forMs: number): void {
  const end = performance.now() + forMs;
  while (performance.now() < end);
}

/** The work of a handler; none takes no turn of the event loop. */
function pause(ms: number): void | Promise<void> {
  if (ms > 0) return new Promise((resolve) => setTimeout(resolve, ms));
}
