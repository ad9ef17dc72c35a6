import { type Handler, largeOrder, type Order, order, type Subject, subjects } from "./local/subjects.js";
import { median, spread, textTable } from "./statistics.js";

interface Scenario {
  readonly name: string;
  readonly handlers: () => readonly Handler[];
  /** @default 200 bytes of it */
  readonly order?: Order;
  /** Each publish is awaited before the next one. @default false */
  readonly awaited?: boolean;
}

let sum = 0;
const sync: Handler = ({ total }) => {
  sum = (sum + total) | 0;
};
const asynchronous: Handler = async ({ total }) => {
  sum = (sum + total) | 0;
};

const scenarios: readonly Scenario[] = [
  { name: "1 listener, sync", handlers: () => copies(1, sync) },
  { name: "10 listeners, sync", handlers: () => copies(10, sync) },
  { name: "1 listener, sync, 2 KB", handlers: () => copies(1, sync), order: largeOrder },
  { name: "1 listener, sync, each awaited", handlers: () => copies(1, sync), awaited: true },
  { name: "10 listeners, sync, each awaited", handlers: () => copies(10, sync), awaited: true },
  { name: "1 listener, async", handlers: () => copies(1, asynchronous) },
  { name: "10 listeners, async", handlers: () => copies(10, asynchronous) },
];

/** Events that are published before all handlers are waited for. */
const batch = 100;
/** How long one measurement of a subject takes. */
const sliceMs = 40;

/**
 * Times the way from publish to handler within a process, beside other libraries: CPU time per delivered event.
 * Arguments: how often (default 7), and a text that the names of the subjects must hold.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [rounds = "7", filter = ""] = args;
  for (const scenario of scenarios) console.log(`${await tableOf(scenario, Number(rounds), filter)}\n`);
}

async function tableOf(
  { name, handlers, order: event = order, awaited = false }: Scenario,
  rounds: number,
  filter: string,
): Promise<string> {
  const measured = new Map<string, { readonly subject: Subject; readonly ns: number[] }>();
  for (const [subjectName, make] of subjects) {
    if (subjectName.includes(filter))
      measured.set(subjectName, { subject: await make(handlers(), event), ns: [] });
  }
  const deliveries = handlers().length;
  // Interleaved, so that a noisy moment of the machine hits all of them; the first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { subject, ns } of measured.values()) {
      const cost = await measure(subject, deliveries, awaited);
      if (round > 0) ns.push(cost);
    }
  }
  for (const { subject } of measured.values()) await subject.close();
  const [floor] = measured.values();
  const rows = Array.from(measured, ([subjectName, { ns }]) => [
    subjectName,
    spread(ns),
    `${(median(ns) / median(floor?.ns ?? [])).toFixed(1)} ×`,
  ]);
  return textTable([[name, "CPU ns: median (range)", "of the first"], ...rows]);
}

/** CPU time for one delivery, in nanoseconds. */
async function measure(subject: Subject, deliveries: number, awaited: boolean): Promise<number> {
  const until = performance.now() + sliceMs;
  const before = process.cpuUsage();
  let events = 0;
  while (performance.now() < until) {
    if (awaited) await publishAwaiting(subject);
    else publishAll(subject);
    await subject.settled();
    events += batch;
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / (events * deliveries);
}

function publishAll({ publish }: Subject): void {
  for (let count = 0; count < batch; count++) publish();
}

/** What gives no promise, as it calls its handlers and is done, is awaited as well: the wait costs the same for all. */
async function publishAwaiting({ publish, publishAwaited = publish }: Subject): Promise<void> {
  for (let count = 0; count < batch; count++) await publishAwaited();
}

/** Different functions of one kind, so that no engine takes them for one. */
function copies(count: number, handle: Handler): readonly Handler[] {
  return Array.from({ length: count }, () => (order) => handle(order));
}
