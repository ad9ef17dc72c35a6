import type { Journal } from "../journal.js";
import type { Finding, Rules } from "../rules.js";

/** A bus waits 10 s for its handlers and 5 s for each step of its broker. */
const closeLimitMs = 25_000;

/** I8: no handler begins after `close` was called, and none goes on after it except those that it names. */
export function closeEnds(journal: Journal): Finding {
  for (const { id, process, at, end } of journal.runs) {
    const { closingAt, closedAt, left } = journal.process(process);
    if (closingAt !== undefined && at > closingAt)
      return `${id}: handler began in ${process} after close was called`;
    if (closedAt === undefined || left.includes(id)) continue;
    if (end === undefined || end.at > closedAt)
      return `${id}: handler went on in ${process} after close, unnamed`;
  }
  for (const [process, { closingAt, closedAt = journal.endedAt, killedAt }] of journal.processes) {
    if (closingAt !== undefined && killedAt === undefined && closedAt - closingAt > closeLimitMs)
      return `${process}: close took ${Math.round(closedAt - closingAt)} ms`;
  }
  return undefined;
}

/** I9: never more handlers at once than set, and memory stays flat. */
export function boundsHold(journal: Journal, { groups, maxRssMb }: Rules): Finding {
  for (const [process, { maxRssMb: rssMb }] of journal.processes) {
    if (rssMb > maxRssMb) return `${process}: ${rssMb} MB resident, expected at most ${maxRssMb}`;
    for (const { name, concurrency } of groups) {
      const most = mostAtOnce(journal, process, name);
      if (most > concurrency)
        return `${process}: ${most} handlers of ${name} at once, expected ${concurrency}`;
    }
  }
  return undefined;
}

function mostAtOnce(journal: Journal, process: string, group: string): number {
  const runs = journal.runs.filter((run) => run.process === process && run.group === group);
  const changes = runs.flatMap(({ at, end }) => [
    { at, by: 1 },
    ...(end === undefined ? [] : [{ at: end.at, by: -1 }]),
  ]);
  let running = 0;
  return changes
    .sort((left, right) => left.at - right.at || left.by - right.by)
    .reduce((most, { by }) => {
      running += by;
      return Math.max(most, running);
    }, 0);
}

/** I13: nothing thrown that nobody caught, no crash, and a closed process ends by itself. */
export function processesEndWell(journal: Journal, { exitMs }: Rules): Finding {
  for (const [process, { unhandled, exited, closedAt, killedAt }] of journal.processes) {
    const [error] = unhandled;
    if (error !== undefined) return `${process}: nobody caught ${error}`;
    if (killedAt !== undefined) continue;
    if (exited !== undefined && exited.code !== 0) return `${process}: ended with ${exited.code}`;
    if (closedAt === undefined) continue;
    if (exited === undefined) return `${process}: closed, and never ended by itself`;
    if (exited.afterMs > exitMs)
      return `${process}: ended ${exited.afterMs} ms after close, expected ${exitMs}`;
  }
  return undefined;
}
