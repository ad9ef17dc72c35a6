import type { Fault, Operation } from "./history.js";

export type PublishEnd = "accepted" | "refused" | "unknown";

/** One event, as its publisher saw it. */
export interface Published {
  readonly id: string;
  readonly process: string;
  readonly key: string;
  readonly n: number;
  readonly digest: string;
  /** Every call of `publish` with this id; one without an end was open at the end of the history. */
  readonly calls: { readonly at: number; end?: { readonly at: number; readonly kind: PublishEnd } }[];
}

/** One call of a handler. */
export interface Run {
  readonly id: string;
  readonly group: string;
  readonly process: string;
  readonly at: number;
  readonly attempt: number;
  readonly digest: string;
  end?: { readonly at: number; readonly kind: "handled" | "failed" | "condemned" };
}

/** A fault, and when it was over. */
export interface Episode extends Fault {
  readonly at: number;
  mendingAt?: number;
  healedAt?: number;
  /** Connections made while it lasted. */
  connects?: number;
}

export interface ProcessLife {
  startedAt?: number;
  closingAt?: number;
  closedAt?: number;
  left: readonly string[];
  killedAt?: number;
  readonly blocks: { readonly at: number; readonly forMs: number }[];
  exited?: { readonly code: number | null; readonly afterMs: number };
  readonly health: { readonly at: number; readonly healthy: boolean }[];
  readonly unhandled: string[];
  maxRssMb: number;
}

/** A history in the order of its happening, by event, by handler call, by fault and by process. */
export class Journal {
  readonly published: Map<string, Published> = new Map();
  /** In order of their begin. */
  readonly runs: Run[] = [];
  /** Why an event is in the dead letters, by `group id`. */
  readonly deadLetters: Map<string, string> = new Map();
  readonly episodes: Episode[] = [];
  readonly processes: Map<string, ProcessLife> = new Map();
  readonly reports: string[] = [];
  accepted = 0;
  /** When the last thing happened. */
  endedAt = 0;
  readonly #runsOf = new Map<string, Run[]>();

  constructor(operations: readonly Operation[] = []) {
    for (const operation of operations) this.add(operation);
  }

  add(operation: Operation): void {
    this.endedAt = Math.max(this.endedAt, operation.at);
    switch (operation.kind) {
      case "publish":
        this.#publish(operation);
        break;
      case "accepted":
      case "refused":
      case "unknown":
        this.#endPublish(operation);
        break;
      case "handling":
        this.#begin(operation);
        break;
      case "handled":
      case "failed":
      case "condemned":
        this.#endRun(operation);
        break;
      case "deadLetter":
        this.deadLetters.set(`${operation.group} ${operation.id}`, operation.reason);
        break;
      case "fault":
        this.episodes.push({ ...operation });
        break;
      case "mending":
      case "healed":
        this.#mend(operation);
        break;
      default:
        this.#live(operation);
        break;
    }
  }

  /** In order of their begin. */
  runsOf(group: string, id: string): readonly Run[] {
    return this.#runsOf.get(`${group} ${id}`) ?? [];
  }

  endOf({ calls }: Published): PublishEnd | undefined {
    const ends = calls.map(({ end }) => end?.kind);
    if (ends.includes("accepted")) return "accepted";
    return ends.every((end) => end === "refused") ? "refused" : "unknown";
  }

  isHandled(group: string, id: string): boolean {
    return this.runsOf(group, id).some(({ end }) => end?.kind === "handled");
  }

  /** Handled, or kept as a dead letter. */
  isSettled(group: string, id: string): boolean {
    return this.isHandled(group, id) || this.deadLetters.has(`${group} ${id}`);
  }

  process(name: string): ProcessLife {
    let life = this.processes.get(name);
    if (life === undefined) {
      life = { left: [], blocks: [], health: [], unhandled: [], maxRssMb: 0 };
      this.processes.set(name, life);
    }
    return life;
  }

  #publish(operation: Extract<Operation, { kind: "publish" }>): void {
    const { id, process, key, n, digest, at } = operation;
    const known = this.published.get(id);
    if (known === undefined) this.published.set(id, { id, process, key, n, digest, calls: [{ at }] });
    else known.calls.push({ at });
  }

  #endPublish({
    id,
    at,
    kind,
  }: {
    readonly id: string;
    readonly at: number;
    readonly kind: PublishEnd;
  }): void {
    const call = this.published.get(id)?.calls.find(({ end }) => end === undefined);
    if (call === undefined) return;
    call.end = { at, kind };
    if (kind === "accepted") this.accepted++;
  }

  #begin(operation: Extract<Operation, { kind: "handling" }>): void {
    const { id, group, process, at, attempt, digest } = operation;
    const run: Run = { id, group, process, at, attempt, digest };
    this.runs.push(run);
    const name = `${group} ${id}`;
    const runs = this.#runsOf.get(name);
    if (runs === undefined) this.#runsOf.set(name, [run]);
    else runs.push(run);
  }

  #endRun(operation: Extract<Operation, { kind: "handled" | "failed" | "condemned" }>): void {
    const { id, group, process, at, kind } = operation;
    const run = this.runsOf(group, id).find((open) => open.process === process && open.end === undefined);
    if (run !== undefined) run.end = { at, kind };
  }

  #mend(operation: Extract<Operation, { kind: "mending" | "healed" }>): void {
    const episode = this.episodes.findLast(({ fault }) => fault === operation.fault);
    if (episode === undefined) return;
    if (operation.kind === "healed") {
      episode.healedAt = operation.at;
      return;
    }
    episode.mendingAt = operation.at;
    episode.connects = operation.connects;
  }

  #live(operation: Operation): void {
    const life = this.process(
      operation.kind === "killed" || operation.kind === "exited" ? operation.target : operation.process,
    );
    switch (operation.kind) {
      case "started":
        life.startedAt = operation.at;
        break;
      case "closing":
        life.closingAt = operation.at;
        break;
      case "closed":
        life.closedAt = operation.at;
        life.left = operation.left;
        break;
      case "blocking":
        life.blocks.push(operation);
        break;
      case "killed":
        life.killedAt = operation.at;
        break;
      case "exited":
        life.exited = operation;
        break;
      case "health":
        life.health.push(operation);
        break;
      case "memory":
        life.maxRssMb = Math.max(life.maxRssMb, operation.rssMb);
        break;
      case "report":
        this.reports.push(`${operation.process}: ${operation.text}`);
        break;
      case "unhandled":
        life.unhandled.push(operation.text);
        break;
    }
  }
}
