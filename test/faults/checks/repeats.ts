import type { Journal, Run } from "../journal.js";
import type { Finding, Rules } from "../rules.js";
import { isOpen } from "./delivery.js";

/** Handled again after it had been handled. */
export interface Duplicate {
  readonly run: Run;
  /** The call of the handler that had succeeded before. */
  readonly before: Run;
}

export function duplicates(journal: Journal): Duplicate[] {
  const handled = new Map<string, Run>();
  const found: Duplicate[] = [];
  for (const run of journal.runs) {
    if (run.end?.kind !== "handled") continue;
    const name = `${run.group} ${run.id}`;
    const before = handled.get(name);
    if (before !== undefined) found.push({ run, before });
    handled.set(name, run);
  }
  return found;
}

/** I5: duplicates occur only around a fault, and not more than were in flight. */
export function duplicatesAreBounded(journal: Journal, rules: Rules): Finding {
  const found = duplicates(journal);
  const troubles = troublesOf(journal);
  for (const { run, before } of found) {
    // Published twice with one id: both copies may have waited long.
    if ((journal.published.get(run.id)?.calls.length ?? 0) > 1) continue;
    const isExcused = troubles.some(({ from, to }) => from <= run.at && before.at <= to + rules.recoverMs);
    if (!isExcused) return `${run.id}: handled twice by ${run.group} without a fault in between`;
  }
  const bound = troubles.length * inFlight(journal, rules) + repeats(journal) * rules.groups.length;
  if (found.length <= bound) return undefined;
  return `${found.length} duplicates, expected at most ${bound} (in flight × faults)`;
}

/** Faults, and what events did to the processes that handled them: their ends, and event loops that stood still. */
function troublesOf({ episodes, processes }: Journal): { readonly from: number; readonly to: number }[] {
  const lives = [...processes.values()];
  const deaths = lives.flatMap(({ killedAt }) => killedAt ?? []);
  const blocks = lives.flatMap((life) => life.blocks);
  return [
    ...episodes.map(({ at, healedAt = at }) => ({ from: at, to: healedAt })),
    ...blocks.map(({ at, forMs }) => ({ from: at, to: at + forMs })),
    ...deaths.map((at) => ({ from: at, to: at })),
  ];
}

/** What can be in flight at one moment: open publishes, and events that listeners hold or have not told the server of. */
function inFlight(journal: Journal, { groups, window }: Rules): number {
  const publishers = new Set([...journal.published.values()].map(({ process }) => process)).size;
  const held = groups.map(({ concurrency, instances }) => 2 * concurrency * instances);
  return publishers * window * groups.length + held.reduce((sum, count) => sum + count, 0);
}

/** Calls that repeated a publish with an unknown end: the broker may have taken both. */
function repeats({ published }: Journal): number {
  return [...published.values()].reduce((sum, { calls }) => sum + calls.length - 1, 0);
}

/** I6: attempts stay within the policy and the faults, and what was begun ends. */
export function attemptsEnd(journal: Journal, { groups }: Rules): Finding {
  const crashes = [...journal.processes.values()].filter(({ killedAt }) => killedAt !== undefined).length;
  for (const { name, attempts } of groups) {
    const most = attempts + journal.episodes.length + crashes;
    for (const { id, group, attempt } of journal.runs) {
      if (group !== name) continue;
      if (attempt > most) return `${id}: attempt ${attempt} by ${group}, expected at most ${most}`;
      if (isOpen(journal, group, id)) return `${id}: begun by ${group}, and never settled`;
    }
  }
  return undefined;
}
