import { openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { BrokerError, EventBus } from "@eventwright/runtime";
import { type Happening, now, writeOperation } from "../history.js";
import { breakBroker } from "./broken-clients.js";
import { stepContract } from "./contract.js";
import { blockEventLoop, Handler } from "./handler.js";
import { Load, type Send } from "./load.js";
import { makeBroker } from "./make-broker.js";
import type { Command, ProcessPlan } from "./plan.js";
import { StepOutbox } from "./step-outbox.js";

/** A process of a run: publishes and listens as its plan says, and writes down what happens. */

const plan: ProcessPlan = JSON.parse(process.argv[2] ?? "");
const file = openSync(plan.file, "a");
const tell = (happening: Happening): void => {
  writeSync(file, writeOperation({ at: now(), process: plan.name, ...happening }));
};
const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

process.on("uncaughtException", (error) => tell({ kind: "unhandled", text: textOf(error) }));
process.on("unhandledRejection", (error) => tell({ kind: "unhandled", text: textOf(error) }));
// Node warns of what looks like a leak.
process.on("warning", (warning) => tell({ kind: "unhandled", text: warning.stack ?? textOf(warning) }));

const sound = makeBroker(plan.broker);
const broker = plan.flaw === undefined ? sound : breakBroker(sound, plan.flaw);
const bus = new EventBus({ source: `faults/${plan.name}`, broker, instance: plan.name, log: () => {} });
bus.onError(({ error, listener }) => {
  if (listener === undefined) tell({ kind: "report", text: textOf(error) });
});

const contract = stepContract(plan.broker.run);
const handler = plan.listener && new Handler(plan.listener, plan.seed, tell, die);
handler?.listenOn(bus, contract);
const outbox = plan.load?.outbox && new StepOutbox(join(dirname(plan.file), "outbox.log"), bus, contract);
const send: Send = (step, options) =>
  outbox ? outbox.write(step, options) : bus.publish(contract, step, options);
const load = plan.load && new Load(plan.load, plan.seed, send, tell);

let wasHealthy: boolean | undefined;
let listing: Promise<void> | undefined;
const samples = setInterval(tellHealth, 50);
const memory = setInterval(
  () => tell({ kind: "memory", rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20) }),
  1_000,
);

process.on("message", (command: Command) => void obey(command));
await start();
outbox?.start();
tellHealth();
tell({ kind: "started" });

/** As a supervisor does: a start that fails within its limit is tried again. */
async function start(): Promise<void> {
  for (;;) {
    try {
      return await bus.start();
    } catch (error) {
      tell({ kind: "report", text: textOf(error) });
      if (!(error instanceof BrokerError)) throw error;
    }
  }
}

function tellHealth(): void {
  const { healthy } = bus.health();
  if (healthy === wasHealthy) return;
  wasHealthy = healthy;
  tell({ kind: "health", healthy });
}

function die(): void {
  tell({ kind: "killed", target: plan.name });
  process.kill(process.pid, "SIGKILL");
}

async function obey(command: Command): Promise<void> {
  switch (command.kind) {
    case "publish":
      return load?.start();
    case "rest":
      return load?.rest();
    case "failAll":
      if (handler !== undefined) handler.fails = command.fails;
      return;
    case "stall":
      return handler?.stall(command.forMs);
    case "block":
      return blockEventLoop(command.forMs);
    case "listDeadLetters":
      // One answer after the other: a busy server takes long for many letters.
      listing ??= listDeadLetters().finally(() => {
        listing = undefined;
      });
      return await listing;
    case "close":
      return await close();
  }
}

async function listDeadLetters(): Promise<void> {
  const group = plan.listener?.group;
  if (group === undefined) return;
  try {
    for (const { message, reason } of await bus.deadLetters.list(group)) {
      tell({ kind: "deadLetter", group, id: message.attributes.id ?? "", reason });
    }
  } catch (error) {
    tell({ kind: "report", text: `cannot list dead letters: ${textOf(error)}` });
  }
}

/** Afterwards the process ends by itself, unless something of ours holds it. */
async function close(): Promise<void> {
  load?.rest();
  clearInterval(samples);
  clearInterval(memory);
  tell({ kind: "closing" });
  await outbox?.close();
  const { left } = await bus.close();
  tell({ kind: "closed", left: left.map(({ id }) => id) });
  process.disconnect();
}
