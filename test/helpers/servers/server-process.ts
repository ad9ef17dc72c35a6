import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { endWithThisProcess } from "./reaper.js";
import type { Restartable } from "./restartable.js";
import { waitUntil, within } from "./wait-until.js";

export interface ServerPlan {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Holds all files of the server, its output among them; removed by `close`. */
  readonly folder: string;
  /** What `wipe` removes, a folder within `folder`; there is an empty one at the first start. */
  readonly dataFolder: string;
  readonly isReady: () => Promise<boolean>;
  /** How long a start may take. */
  readonly readyTimeoutMs: number;
}

const stopTimeoutMs = 60_000;

/** One server process of ours. It dies with the process that started it, in whatever way that one ends. */
export class ServerProcess implements Restartable {
  readonly canRestart = true;
  readonly #plan: ServerPlan;
  #child: ChildProcess | undefined;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
  }

  /** Undefined while the server is down. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** All that the server has printed, over all its starts. */
  output(): Promise<string> {
    return readFile(this.#outputFile, "utf8");
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`cannot start ${this.#plan.name}: it runs`);
    await mkdir(this.#plan.dataFolder, { recursive: true });
    const child = await this.#spawn();
    this.#child = child;
    child.once("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    try {
      await waitUntil(`${this.#plan.name} is ready`, this.#plan.readyTimeoutMs, async () => {
        return this.#child === undefined || (await this.#plan.isReady());
      });
      if (this.#child === undefined) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    } catch (cause) {
      await this.kill();
      throw new Error(`cannot start ${this.#plan.name}, which printed:\n${await this.output()}`, { cause });
    }
  }

  async stop(): Promise<void> {
    this.resume(); // a paused process does not hear
    const ended = await this.#end("SIGTERM", stopTimeoutMs);
    if (ended) return;
    await this.kill();
    throw new Error(
      `cannot stop ${this.#plan.name} within ${stopTimeoutMs} ms: it was killed, and had printed:\n${await this.output()}`,
    );
  }

  async kill(): Promise<void> {
    if (!(await this.#end("SIGKILL"))) throw new Error(`cannot kill ${this.#plan.name} (${this.pid})`);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async wipe(): Promise<void> {
    await this.kill();
    await rm(this.#plan.dataFolder, { recursive: true, force: true });
    await this.start();
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#plan.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #outputFile(): string {
    return join(this.#plan.folder, "output.log");
  }

  async #spawn(): Promise<ChildProcess> {
    // Into a file, so that a test process whose event loop is blocked does not block the server.
    const output = openSync(this.#outputFile, "a");
    try {
      const child = spawn(this.#plan.command, this.#plan.args, {
        cwd: this.#plan.folder,
        env: this.#plan.env,
        stdio: ["ignore", output, output],
        detached: true, // Ctrl-C is for the test process
      });
      endWithThisProcess(child);
      child.unref();
      return await new Promise<ChildProcess>((resolve, reject) => {
        child.once("spawn", () => resolve(child)).once("error", reject);
      });
    } finally {
      closeSync(output);
    }
  }

  /** False when it still runs after the time limit. */
  async #end(signal: NodeJS.Signals, timeoutMs = stopTimeoutMs): Promise<boolean> {
    const child = this.#child;
    if (child === undefined) return true;
    child.ref();
    const exit = new Promise<true>((resolve) => child.once("exit", () => resolve(true)));
    child.kill(signal);
    return (await within(timeoutMs, exit)) ?? false;
  }
}
