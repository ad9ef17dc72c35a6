/** Where and when something happened. */
interface Stamp {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  /** The process that says so; the machine itself is `machine`. */
  readonly process: string;
}

/** What the events of a history have in common. */
interface About {
  readonly id: string;
}

/** One thing that happened, told by the process in which it did. */
export type Operation = Stamp & Happening;

export type Happening =
  | { readonly kind: "started" }
  /** A call of `publish`; one with an unknown end is repeated with the same id. */
  | ({ readonly kind: "publish"; readonly key: string; readonly n: number; readonly digest: string } & About)
  | ({ readonly kind: "accepted" } & About)
  | ({ readonly kind: "refused" | "unknown"; readonly code: string } & About)
  /** A handler begins. */
  | ({
      readonly kind: "handling";
      readonly group: string;
      readonly attempt: number;
      readonly digest: string;
    } & About)
  | ({ readonly kind: "handled" | "failed"; readonly group: string } & About)
  /** A handler asked for the dead letters. */
  | ({ readonly kind: "condemned"; readonly group: string } & About)
  /** A dead letter that the broker lists. */
  | ({ readonly kind: "deadLetter"; readonly group: string; readonly reason: string } & About)
  | { readonly kind: "health"; readonly healthy: boolean }
  | { readonly kind: "memory"; readonly rssMb: number }
  /** What no promise told: an error hook's text, or what nobody caught. */
  | { readonly kind: "report" | "unhandled"; readonly text: string }
  | { readonly kind: "closing" }
  /** `left`: ids of events whose handlers the report of `close` names. */
  | { readonly kind: "closed"; readonly left: readonly string[] }
  | Fault
  /** The machine begins to mend it; the server cannot answer before. */
  | { readonly kind: "mending"; readonly fault: string; readonly connects: number }
  /** The server answers again. */
  | { readonly kind: "healed"; readonly fault: string }
  /** Its event loop stands still for so long; the process may be killed by then. */
  | { readonly kind: "blocking"; readonly forMs: number }
  /** A process was killed by the machine, or by its own handler on purpose. */
  | { readonly kind: "killed"; readonly target: string }
  /** A process has ended by itself; `afterMs`: since its bus was closed. */
  | {
      readonly kind: "exited";
      readonly target: string;
      readonly code: number | null;
      readonly afterMs: number;
    };

export interface Fault {
  readonly kind: "fault";
  readonly fault: string;
  /** Nothing can pass until it is mended. */
  readonly outage: boolean;
  /**
   * The server loses its data: what it held before is excused. `latest`: only what was published in the last second before
   * it, which a replica may not have got, and until it is healed. `latest not accepted`: of these, none that was accepted.
   */
  readonly forgets?: "all" | "latest" | "latest not accepted" | undefined;
}

export const writeOperation = (operation: Operation): string => `${JSON.stringify(operation)}\n`;

/** Lines that {@link writeOperation} has written. A line without its end was cut off by a kill: nothing happened. */
export function readOperations(text: string): Operation[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Operation => JSON.parse(line));
}

/** Comparable between the processes of one machine. */
export const now = (): number => performance.timeOrigin + performance.now();
