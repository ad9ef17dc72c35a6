import { PublishError } from "@eventwright/runtime";
import { between, type Random, randomOf } from "../random.js";
import { digestOf, type Step } from "./contract.js";
import { type Fate, fates, type LoadPlan, type Tell } from "./plan.js";

const tickMs = 10;
/** Repeats of a publish with an unknown end, at most. */
const repeats = 2;

export interface SendOptions {
  readonly id: string;
  readonly headers: { readonly step: string };
  readonly timeoutMs: number;
}

/** Resolves when the event is accepted. @throws PublishError */
export type Send = (step: Step, options: SendOptions) => Promise<unknown>;

/** Publishes at a steady rate; the seed says what, the window and the server how much. */
export class Load {
  readonly #plan: LoadPlan;
  readonly #send: Send;
  readonly #tell: Tell;
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;
  #published = 0;
  #owed = 0;
  #open = 0;

  constructor(plan: LoadPlan, seed: number, send: Send, tell: Tell) {
    this.#plan = plan;
    this.#send = send;
    this.#tell = tell;
    this.#random = randomOf(seed);
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#owed = 0;
  }

  #tick(): void {
    this.#owed += (this.#plan.perSecond * tickMs) / 1_000;
    for (; this.#owed >= 1; this.#owed--) {
      if (this.#open < this.#plan.window) void this.#publish();
    }
  }

  async #publish(): Promise<void> {
    const step = this.#nextStep();
    const header = `h${step.n}`;
    const id = crypto.randomUUID();
    const digest = digestOf(step, header);
    this.#open++;
    for (let call = 0; call <= repeats; call++) {
      this.#tell({ kind: "publish", id, key: step.key, n: step.n, digest });
      const end = await this.#try(step, id, header);
      // Some are not repeated, so that unknown ends stay: the event may be handled, or not.
      if (end !== "unknown" || this.#timer === undefined || step.n % 2 === 0) break;
    }
    this.#open--;
  }

  async #try(step: Step, id: string, header: string): Promise<"accepted" | "refused" | "unknown"> {
    try {
      const options = { id, headers: { step: header }, timeoutMs: this.#plan.deadlineMs };
      await this.#send(step, options);
      this.#tell({ kind: "accepted", id });
      return "accepted";
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      this.#tell({ kind: error.outcome, id, code: error.code });
      return error.outcome;
    }
  }

  #nextStep(): Step {
    const fate = this.#nextFate();
    return {
      key: `k${between(this.#random, [1, this.#plan.keys])}`,
      n: ++this.#published,
      ...(fate === undefined ? {} : { fate }),
      text: "x".repeat(between(this.#random, [0, 400])),
    };
  }

  #nextFate(): Fate | undefined {
    let drawn = this.#random();
    for (const fate of fates) {
      drawn -= this.#plan.fates?.[fate] ?? 0;
      if (drawn < 0) return fate;
    }
    return undefined;
  }
}
