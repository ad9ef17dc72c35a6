import { rm } from "node:fs/promises";
import { temporaryFolder } from "../helpers/servers/reaper.js";
import { within } from "../helpers/servers/wait-until.js";
import { type Breach, check, type Verdict } from "./checker.js";
import { isOpen, lostEvents } from "./checks/delivery.js";
import { Crew } from "./crew.js";
import { execute, isWell, reached } from "./execute-strike.js";
import type { Journal } from "./journal.js";
import { attemptsByPolicy, type BrokerPlan } from "./processes/plan.js";
import { between, randomOf } from "./random.js";
import type { Rules } from "./rules.js";
import { RunHistory } from "./run-history.js";
import type { Scenario } from "./scenario.js";
import type { World } from "./worlds/world.js";

export interface RunPlan {
  readonly scenario: Scenario;
  readonly world: World;
  readonly seed: number;
  /** Of the run's processes. */
  readonly program: string;
  /** Where the history stays; removed when not given. */
  readonly folder?: string | undefined;
}

/** After the last fault, so many events have to pass. */
const lastEvents = 50;
const closeTimeoutMs = 30_000;
/** For retries that wait, leases that run out and what a slow listener has before it. */
const settleTimeoutMs = 45_000;

/** Runs a scenario on a server that serves, and judges its history; leaves the server serving. */
export async function runScenario(plan: RunPlan): Promise<Verdict> {
  const { scenario, world, seed, program } = plan;
  const folder = plan.folder ?? (await temporaryFolder("eventwright-faults-"));
  const history = new RunHistory(folder);
  const run = crypto.randomUUID().slice(0, 8);
  const broker = (number: number): BrokerPlan => ({
    ...world.broker(run, number),
    replicas: scenario.replicas,
  });
  const crew = new Crew({ program, broker, seed, history });
  const rules = rulesOf(scenario);
  const failures: Breach[] = [];
  try {
    await gather(scenario, crew);
    await world.prepare();
    crew.publish();
    await goThrough(plan, crew, history, rules);
    await finish(plan.scenario, crew, history, rules);
  } catch (error) {
    // A process that never starts, a server that never comes back: the other rows still count.
    failures.push({ invariant: "run", text: error instanceof Error ? error.message : String(error) });
  } finally {
    crew.killAll();
    history.refresh();
    history.close();
    if (plan.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
  const { breaches, ...verdict } = check(history.operations, rules);
  return { breaches: [...failures, ...breaches], ...verdict };
}

function rulesOf({ listeners, load, rules }: Scenario): Rules {
  return {
    groups: listeners.map(({ group, concurrency, instances }) => ({
      name: group,
      concurrency,
      instances,
      ordered: instances === 1,
      attempts: attemptsByPolicy,
    })),
    deadlineMs: load.deadlineMs,
    window: load.window,
    recoverMs: 10_000,
    noticeMs: 5_000,
    exitMs: 2_000,
    maxRssMb: 250,
    maxConnectsPerSecond: 10,
    ...rules,
  };
}

/** Listeners first: what is published before a group exists is not for it. */
async function gather(scenario: Scenario, crew: Crew): Promise<void> {
  const { listeners, publishers, load, flaw } = scenario;
  for (const { instances, ...listener } of listeners) {
    for (let instance = 0; instance < instances; instance++) crew.hire({ listener, flaw });
  }
  await Promise.all(crew.members.map((member) => crew.started(member)));
  for (let number = 0; number < publishers; number++) crew.hire({ load, flaw });
  await Promise.all(crew.members.map((member) => crew.started(member)));
}

async function goThrough(
  { scenario, world, seed }: RunPlan,
  crew: Crew,
  history: RunHistory,
  rules: Rules,
): Promise<void> {
  const random = randomOf(seed);
  for (let round = 0; round < scenario.rounds; round++) {
    for (const strike of scenario.strikes) {
      await acceptedMore(between(random, strike.afterEvents), history, settleTimeoutMs);
      await execute(
        strike,
        { world, crew, history, random, keepsAll: scenario.replicas !== undefined },
        rules,
      );
      await reached(rules.recoverMs, () => isWell(crew, history));
    }
  }
  await acceptedMore(scenario.lastEvents ?? lastEvents, history, settleTimeoutMs);
  await reached(rules.recoverMs, () => allHandleNewEvents(history.refresh(), rules));
}

/** Whether every group has handled something that was published after the last fault. */
function allHandleNewEvents({ episodes, published, runs }: Journal, { groups }: Rules): boolean {
  const healedAt = episodes.at(-1)?.healedAt ?? 0;
  return groups.every(({ name }) =>
    runs.some(({ group, id, at }) => {
      return at > healedAt && group === name && (published.get(id)?.calls[0]?.at ?? 0) > healedAt;
    }),
  );
}

function acceptedMore(count: number, history: RunHistory, timeoutMs: number): Promise<boolean> {
  const before = history.refresh().accepted;
  return reached(timeoutMs, () => history.refresh().accepted >= before + count);
}

/** Ends the load, waits for what was accepted, and closes all processes. */
async function finish(scenario: Scenario, crew: Crew, history: RunHistory, rules: Rules): Promise<void> {
  crew.rest();
  await reached(rules.deadlineMs + 2_000, () => !hasOpenPublish(history, crew));
  let listedAt = performance.now();
  await reached(scenario.settleTimeoutMs ?? settleTimeoutMs, () => {
    const journal = history.refresh();
    if (performance.now() - listedAt > 1_000) {
      listedAt = performance.now();
      // One speaks for its group.
      const speakers = new Map(crew.listeners.map((member) => [member.role.listener?.group, member]));
      for (const member of speakers.values()) crew.tell(member, { kind: "listDeadLetters" });
    }
    return lostEvents(journal, rules).length === 0 && !hasOpenRun(history, rules);
  });
  // One that has just taken the place of another shall not be closed before it has started.
  await reached(rules.recoverMs, () => isWell(crew, history));
  await within(closeTimeoutMs, Promise.all(crew.members.map((member) => crew.close(member))));
}

function hasOpenPublish(history: RunHistory, crew: Crew): boolean {
  const alive = new Set(crew.members.map(({ name }) => name));
  return [...history.refresh().published.values()].some(
    ({ process, calls }) => alive.has(process) && calls.some(({ end }) => end === undefined),
  );
}

/** Whether something that was begun has neither been handled nor become a dead letter, nor been lost with its server's data. */
function hasOpenRun({ journal }: RunHistory, { groups }: Rules): boolean {
  return groups.some(({ name }) =>
    journal.runs.some(({ group, id }) => group === name && isOpen(journal, group, id)),
  );
}
