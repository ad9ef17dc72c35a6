import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Role, Task, Usage } from "./child.js";
import { sharedNow } from "./subject.js";

/** What one run of a pair took. */
export interface Run {
  readonly eventsPerSecond: number;
  /** For one event. */
  readonly producerUs: number;
  readonly consumerUs: number;
  /** Of both processes. */
  readonly cpuUs: number;
  /** Read and write calls for one event. */
  readonly producerCalls: number;
  readonly consumerCalls: number;
  readonly rssMb: number;
  readonly latencies: readonly number[];
}

/** A producer and a consumer, each a process of its own. */
export class Pair {
  readonly #producer: ChildProcess;
  readonly #consumer: ChildProcess;

  private constructor(producer: ChildProcess, consumer: ChildProcess) {
    this.#producer = producer;
    this.#consumer = consumer;
  }

  static async start(role: Omit<Role, "side">): Promise<Pair> {
    const consumer = await startChild({ ...role, side: "consumer" });
    return new Pair(await startChild({ ...role, side: "producer" }), consumer);
  }

  async run(task: Task): Promise<Run> {
    const consumed = ask(this.#consumer, task);
    await consumed.begun;
    const began = sharedNow();
    const produced = ask(this.#producer, task);
    const usages = await Promise.all([produced.usage, consumed.usage]);
    const [out, taken] = usages;
    const perEvent = (total: number): number => total / task.events;
    return {
      eventsPerSecond: (task.events * 1000) / (Math.max(out.endedAt, taken.endedAt) - began),
      producerUs: perEvent(out.cpuMs * 1000),
      consumerUs: perEvent(taken.cpuMs * 1000),
      cpuUs: perEvent((out.cpuMs + taken.cpuMs) * 1000),
      producerCalls: perEvent(out.calls),
      consumerCalls: perEvent(taken.calls),
      rssMb: out.rssMb + taken.rssMb,
      latencies: taken.latencies,
    };
  }

  async close(): Promise<void> {
    const children = [this.#producer, this.#consumer];
    await Promise.all(
      children.map(async (child) => {
        const exited = once(child, "exit");
        child.send("close");
        // A peer may leave something open.
        const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
        await exited;
        clearTimeout(timer);
      }),
    );
  }
}

async function startChild(role: Role): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL("child.js", import.meta.url)), [JSON.stringify(role)]);
  await nextMessage(child, (message) => message === "ready");
  return child;
}

function ask(
  child: ChildProcess,
  task: Task,
): { readonly begun: Promise<unknown>; readonly usage: Promise<Usage> } {
  const begun = nextMessage(child, (message) => message === "begun");
  const usage = nextMessage(child, isUsage);
  child.send(task);
  return { begun, usage };
}

/** @throws Error when the process ends before */
function nextMessage<Message>(
  child: ChildProcess,
  fits: (message: unknown) => message is Message,
): Promise<Message>;
function nextMessage(child: ChildProcess, fits: (message: unknown) => boolean): Promise<unknown>;
function nextMessage(child: ChildProcess, fits: (message: unknown) => boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      if (fits(message)) end(() => resolve(message));
    };
    const onExit = (code: number | null): void =>
      end(() => reject(new Error(`a process ended with ${code}`)));
    const end = (settle: () => void): void => {
      child.off("message", onMessage).off("exit", onExit);
      settle();
    };
    child.on("message", onMessage).on("exit", onExit);
  });
}

function isUsage(message: unknown): message is Usage {
  return typeof message === "object" && message !== null && "cpuMs" in message;
}
