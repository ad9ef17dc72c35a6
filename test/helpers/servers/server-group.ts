import { rm } from "node:fs/promises";
import type { Restartable } from "./restartable.js";
import { waitUntil } from "./wait-until.js";

export interface GroupPlan {
  readonly name: string;
  readonly members: readonly Restartable[];
  /** Holds the folders of all members; removed by `close`. */
  readonly folder: string;
  /** Whether the running members have found each other. */
  readonly isReady: () => Promise<boolean>;
  readonly readyTimeoutMs: number;
}

/** Servers that work together; every call is for all of them at once. */
export class ServerGroup implements Restartable {
  readonly canRestart = true;
  readonly #plan: GroupPlan;

  constructor(plan: GroupPlan) {
    this.#plan = plan;
  }

  async start(): Promise<void> {
    await this.#all((member) => member.start());
    await this.settle();
  }

  /** Resolves when all members work together (again). */
  async settle(): Promise<void> {
    await waitUntil(`${this.#plan.name} is complete`, this.#plan.readyTimeoutMs, this.#plan.isReady);
  }

  async stop(): Promise<void> {
    await this.#all((member) => member.stop());
  }

  async kill(): Promise<void> {
    await this.#all((member) => member.kill());
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  pause(): void {
    for (const member of this.#plan.members) member.pause();
  }

  resume(): void {
    for (const member of this.#plan.members) member.resume();
  }

  async wipe(): Promise<void> {
    await this.kill(); // all of them first: one that is left would give its data to the next
    await this.#all((member) => member.wipe());
    await this.settle();
  }

  async close(): Promise<void> {
    await this.#all((member) => member.close());
    await rm(this.#plan.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Waits for all, also when one fails, so that none is left in the middle of something. */
  async #all(call: (member: Restartable) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(this.#plan.members.map(call));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }
}
