import { deadLetter, type EventBus } from "@eventwright/runtime";
import type { EventContract, HandlerContext, HandlerResult } from "@eventwright/runtime/contract";
import { between, type Random, randomOf } from "../random.js";
import { digestOf, type Step } from "./contract.js";
import { type ListenerPlan, retryPolicy, type Tell } from "./plan.js";

/** A listener that writes down what reaches it, and does what the events ask for. */
export class Handler {
  /** Every attempt fails while this is true. */
  fails = false;
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
    const { group, concurrency } = this.#plan;
    const options = { name: group, concurrency, retry: retryPolicy };
    bus.listen(contract, (step, context) => this.#handle(step, context), options);
  }

  async #handle(step: Step, { envelope, attempt }: HandlerContext): Promise<HandlerResult | undefined> {
    const { id, headers } = envelope;
    const { group, handlerMs } = this.#plan;
    const about = { group, id } as const;
    this.#tell({ kind: "handling", ...about, attempt, digest: digestOf(step, headers.step) });
    await pause(between(this.#random, handlerMs));
    if (step.fate === "deadly") this.#die();
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

/** The work of a handler; none takes no turn of the event loop. */
function pause(ms: number): void | Promise<void> {
  if (ms > 0) return new Promise((resolve) => setTimeout(resolve, ms));
}
