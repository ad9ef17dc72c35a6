import type { AnyContract } from "./contract/contract.js";
import type { Envelope } from "./envelope.js";
import { describeThrown } from "./thrown.js";

/** One failure, as error hooks see it. */
export interface Failure {
  readonly error: unknown;
  /** Absent for what concerns no listener, such as rubbish on the wire. */
  readonly listener?: string;
  readonly contract?: AnyContract | undefined;
  readonly envelope?: Envelope | undefined;
  readonly attempt?: number;
  /** What becomes of the event; `reply`: who sent the command or query is told. */
  readonly next?: "again" | "later" | "deadLetter" | "drop" | "reply";
}

/** Told of a failure. `next` hands on to the next hook, with another error where it wants to. */
export type ErrorHook = (failure: Failure, next: (error?: unknown) => void) => void;

/** A class of errors, or of anything else that is thrown. */
export type ErrorClass = abstract new (...args: never) => unknown;

interface Hook {
  readonly of: ErrorClass | undefined;
  readonly hook: ErrorHook;
}

/** Hooks by class of error, the most specific first; the last one writes a log line. */
export class ErrorHooks {
  readonly #hooks: Hook[] = [];
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(of: ErrorClass | undefined, hook: ErrorHook): void {
    this.#hooks.push({ of, hook });
  }

  /** Never throws: a hook that does is logged beside the failure. */
  report(failure: Failure): void {
    let fitting: readonly Hook[] = [];
    const call = (index: number, current: Failure): void => {
      const hook = fitting[index]?.hook;
      if (hook === undefined) {
        this.#log(describe(current));
        return;
      }
      let called = false;
      hook(current, (replaced) => {
        if (called) return;
        called = true;
        call(index + 1, replaced === undefined ? current : { ...current, error: replaced });
      });
    };
    try {
      fitting = this.#fitting(failure.error);
      call(0, failure);
    } catch (hookError) {
      this.#logSafely(describe(failure));
      this.#logSafely(`eventwright: error hook failed: ${messageOf(hookError)}`);
    }
  }

  #fitting(error: unknown): readonly Hook[] {
    return this.#hooks
      .filter(({ of }) => of === undefined || error instanceof of)
      .sort((left, right) => rank(right.of) - rank(left.of));
  }

  #logSafely(line: string): void {
    try {
      this.#log(line);
    } catch {
      // A logger that fails has nobody left to tell.
    }
  }
}

/** How far a class is from the root of all classes: the more, the more specific. */
function rank(of: ErrorClass | undefined): number {
  let depth = 0;
  for (let at: unknown = of?.prototype; at !== null && at !== undefined; at = Object.getPrototypeOf(at))
    depth++;
  return depth;
}

function describe({ error, listener, contract, envelope, attempt, next }: Failure): string {
  const what = [
    contract === undefined ? "" : ` ${contract.name}`,
    listener === undefined ? "" : ` in ${listener}`,
    envelope === undefined ? "" : ` (id ${envelope.id}, attempt ${attempt ?? 1})`,
  ].join("");
  return `eventwright: failed${what}: ${messageOf(error)}${next === undefined ? "" : `; ${fates[next]}`}`;
}

const fates = {
  again: "tries again at once",
  later: "tries again later",
  deadLetter: "goes to the dead letters",
  drop: "is dropped",
  reply: "its sender is told",
} as const;

/** Longest text of an error in a log line. */
const longestText = 1_000;

/** On one line, whatever it holds: it may come from afar. */
function messageOf(error: unknown): string {
  const { name, message } = describeThrown(error);
  const text = name === "unknown" ? message : `${name}: ${message}`;
  return text.slice(0, longestText).replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ");
}
