import { readFileSync } from "node:fs";
import type { SubjectModule } from "./subject.js";
import { type Consumer, makeParcel, type Parcel, type Producer, sharedNow } from "./subject.js";

/** One process of a measurement: it produces or consumes what its parent tells it to. */

/** What a process is started for. */
export interface Role {
  readonly module: string;
  readonly subject: string;
  readonly side: "producer" | "consumer";
  readonly url: string;
}

/** What the parent asks for. */
export interface Task {
  readonly events: number;
  readonly bytes: number;
  /** Publishes that have not ended at most. */
  readonly window: number;
  /** Events a second; as many as can be where it is left out. */
  readonly rate?: number;
}

/** What a process has used for a task. */
export interface Usage {
  readonly cpuMs: number;
  /** Read and write calls to the system; NaN where the system does not count them. */
  readonly calls: number;
  readonly rssMb: number;
  /** When the last event was accepted or handled, on the clock that all processes share. */
  readonly endedAt: number;
  /** Milliseconds from publish to handler, of a consumer. */
  readonly latencies: readonly number[];
}

const role: Role = JSON.parse(process.argv[2] ?? "");
const { subjects }: SubjectModule = await import(role.module);
const subject = subjects.get(role.subject);
if (subject === undefined) throw new Error(`no subject ${role.subject}`);

let onParcel: (parcel: Parcel) => void = () => {};
const side: Producer | Consumer =
  role.side === "producer"
    ? await subject.produce(role.url)
    : await subject.consume(role.url, (parcel) => onParcel(parcel));

process.on("message", async (task: Task | "close") => {
  if (task === "close") {
    await side.close();
    process.disconnect();
    return;
  }
  const used = beginUsage();
  const consumed = isProducer(side) ? undefined : consume(task.events);
  process.send?.("begun");
  const latencies = isProducer(side) ? await produce(side, task) : await consumed;
  process.send?.({ ...used(), latencies });
});
process.send?.("ready");

function isProducer(side: Producer | Consumer): side is Producer {
  return "publish" in side;
}

function beginUsage(): () => Omit<Usage, "latencies"> {
  const cpu = process.cpuUsage();
  const calls = systemCalls();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const rssMb = process.memoryUsage.rss() / 1_048_576;
    return { cpuMs: (user + system) / 1000, calls: systemCalls() - calls, rssMb, endedAt: sharedNow() };
  };
}

async function produce(producer: Producer, task: Task): Promise<readonly number[]> {
  const template = makeParcel(task.bytes);
  const publish = (): Promise<unknown> => producer.publish({ ...template, sentAt: sharedNow() });
  await (task.rate === undefined ? asFastAsCanBe(publish, task) : atRate(publish, task.rate, task.events));
  return [];
}

/** Keeps the window full. */
function asFastAsCanBe(publish: () => Promise<unknown>, { events, window }: Task): Promise<void> {
  return new Promise((resolve, reject) => {
    let [begun, ended] = [0, 0];
    const next = (): void => {
      begun++;
      publish().then(() => {
        ended++;
        if (begun < events) next();
        else if (ended === events) resolve();
      }, reject);
    };
    while (begun < Math.min(window, events)) next();
  });
}

/** Publishes by the clock, whether the ones before have ended or not. */
async function atRate(publish: () => Promise<unknown>, rate: number, events: number): Promise<void> {
  const began = sharedNow();
  const all: Promise<unknown>[] = [];
  while (all.length < events) {
    while (all.length < events && sharedNow() - began >= (all.length * 1000) / rate) all.push(publish());
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(all);
}

function consume(events: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  return new Promise((resolve) => {
    onParcel = ({ sentAt }) => {
      latencies.push(sharedNow() - sentAt);
      // What acknowledges the last ones belongs to it.
      if (latencies.length === events) setImmediate(() => setImmediate(() => resolve(latencies)));
    };
  });
}

function systemCalls(): number {
  try {
    const [, reads, writes] = /syscr: (\d+)\nsyscw: (\d+)/.exec(readFileSync("/proc/self/io", "utf8")) ?? [];
    return Number(reads) + Number(writes);
  } catch {
    return Number.NaN;
  }
}
