import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endWithThisProcess } from "../helpers/servers/reaper.js";
import { waitUntil } from "../helpers/servers/wait-until.js";
import { now } from "./history.js";
import type { BrokerPlan, Command, ProcessPlan } from "./processes/plan.js";
import type { RunHistory } from "./run-history.js";

/** What a member of the crew does; the rest of its plan is the crew's to say. */
export type Role = Pick<ProcessPlan, "listener" | "load" | "flaw">;

export interface Member {
  readonly name: string;
  readonly role: Role;
  readonly child: ChildProcess;
}

/** Also for one that starts while there is no server. */
const startTimeoutMs = 60_000;

export interface CrewPlan {
  readonly program: string;
  /** By the process's number in the run. */
  readonly broker: (number: number) => BrokerPlan;
  readonly seed: number;
  readonly history: RunHistory;
}

/** The processes of a run. One that its own event killed is replaced; all others stay gone. */
export class Crew {
  readonly #plan: CrewPlan;
  readonly #members = new Set<Member>();
  #hired = 0;
  #publishing = false;

  constructor(plan: CrewPlan) {
    this.#plan = plan;
  }

  /** Those that run now. */
  get members(): readonly Member[] {
    return [...this.#members];
  }

  get listeners(): readonly Member[] {
    return this.members.filter(({ role }) => role.listener !== undefined);
  }

  get publishers(): readonly Member[] {
    return this.members.filter(({ role }) => role.load !== undefined);
  }

  hire(role: Role): Member {
    const { program, broker, seed, history } = this.#plan;
    const number = ++this.#hired;
    const name = `${role.listener?.group ?? "publisher"}-${number}`;
    const plan: ProcessPlan = {
      ...role,
      name,
      file: history.fileOf(name),
      broker: broker(number),
      seed: seed * 1_000 + number,
    };
    const child = spawn(process.execPath, ["--enable-source-maps", program, JSON.stringify(plan)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    endWithThisProcess(child);
    const member: Member = { name, role, child };
    this.#members.add(member);
    child.once("exit", (code, signal) => this.#exited(member, code, signal));
    if (this.#publishing) this.tell(member, { kind: "publish" });
    return member;
  }

  tell({ child }: Member, command: Command): void {
    // Not heard by one that ends at this moment.
    if (child.connected) child.send(command, () => undefined);
  }

  /** Lets all publishers publish, also those that come later. */
  publish(): void {
    this.#publishing = true;
    for (const member of this.publishers) this.tell(member, { kind: "publish" });
  }

  rest(): void {
    this.#publishing = false;
    for (const member of this.publishers) this.tell(member, { kind: "rest" });
  }

  kill(member: Member): void {
    this.#plan.history.tell({ kind: "killed", target: member.name });
    this.#members.delete(member);
    member.child.kill("SIGKILL");
  }

  /** Resolves once it publishes or listens. */
  async started({ name }: Member): Promise<void> {
    const { history } = this.#plan;
    await waitUntil(`${name} has started`, startTimeoutMs, () => {
      return history.refresh().process(name).startedAt !== undefined;
    });
  }

  /** Asks it to close, and resolves when the process has ended. */
  async close(member: Member): Promise<void> {
    this.tell(member, { kind: "close" });
    if (this.#members.has(member)) await once(member.child, "exit");
  }

  /** Ends all that are left, whatever they do. */
  killAll(): void {
    for (const member of this.members) this.kill(member);
  }

  #exited(member: Member, code: number | null, signal: NodeJS.Signals | null): void {
    if (!this.#members.delete(member)) return;
    if (signal === "SIGKILL") {
      this.hire(member.role);
      return;
    }
    const closedAt = this.#plan.history.refresh().process(member.name).closedAt;
    const afterMs = closedAt === undefined ? 0 : Math.round(now() - closedAt);
    this.#plan.history.tell({ kind: "exited", target: member.name, code, afterMs });
  }
}
