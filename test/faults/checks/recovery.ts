import type { Episode, Journal, ProcessLife } from "../journal.js";
import type { Finding, Rules } from "../rules.js";

/**
 * I10: after each fault is healed, every group comes to an event that was published after it, and is never silent for long
 * until then: it may have to handle first what was waiting.
 */
export function workGoesOn(journal: Journal, { groups, recoverMs }: Rules): Finding {
  for (const { fault, healedAt } of journal.episodes) {
    if (healedAt === undefined) return `${fault}: never healed`;
    const isDisturbed = journal.episodes.some(({ at }) => at > healedAt && at < healedAt + recoverMs);
    if (isDisturbed) continue;
    const later = new Set<string>();
    for (const { id, calls } of journal.published.values()) if ((calls[0]?.at ?? 0) > healedAt) later.add(id);
    for (const { name } of groups) {
      const runs = journal.runs.filter(({ group, at }) => group === name && at > healedAt);
      const first = runs.findIndex(({ id }) => later.has(id));
      if (first === -1) return `${fault}: ${name} handled nothing that was published after it`;
      const times = [healedAt, ...runs.slice(0, first + 1).map(({ at }) => at)];
      const silentMs = longestGap(times);
      if (silentMs > recoverMs)
        return `${fault}: ${name} was silent for ${Math.round(silentMs)} ms after it, expected ${recoverMs}`;
    }
  }
  return undefined;
}

/** Of times in their order. */
function longestGap(times: readonly number[]): number {
  return times.reduce((most, at, index) => Math.max(most, at - (times[index - 1] ?? at)), 0);
}

/** I10, where the servers are several: publishing pauses for a moment only, whatever breaks. */
export function gapsAreShort(journal: Journal, { maxGapMs = Number.POSITIVE_INFINITY }: Rules): Finding {
  const gap = longestGapMs(journal);
  if (gap <= maxGapMs) return undefined;
  return `nothing was accepted for ${Math.round(gap)} ms, expected ${maxGapMs} at most`;
}

/** The longest time between two accepted events. */
export function longestGapMs(journal: Journal): number {
  return longestGap(acceptances(journal));
}

/** The longest time between two accepted events by fault: from its begin until the next one's. */
export function gapsByFault(journal: Journal): ReadonlyMap<string, number> {
  const times = acceptances(journal);
  const gaps = new Map<string, number>();
  for (const [index, { fault, at }] of journal.episodes.entries()) {
    const nextAt = journal.episodes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const before = times.findLastIndex((time) => time <= at);
    const after = times.findIndex((time) => time > nextAt);
    const gap = longestGap(times.slice(Math.max(before, 0), after === -1 ? undefined : after));
    gaps.set(fault, Math.max(gaps.get(fault) ?? 0, gap));
  }
  return gaps;
}

/** When events were accepted, in order. */
function acceptances({ published }: Journal): readonly number[] {
  return [...published.values()]
    .flatMap(({ calls }) => calls.flatMap(({ end }) => (end?.kind === "accepted" ? end.at : [])))
    .sort((left, right) => left - right);
}

/** I11: health is bad soon in an outage, stays bad while it lasts, and is good in the end. */
export function healthIsTrue(journal: Journal, rules: Rules): Finding {
  const outages = journal.episodes.filter(({ outage }) => outage);
  for (const [process, life] of journal.processes) {
    for (const episode of outages) {
      const lie = lieIn(life, episode, rules);
      if (lie !== undefined) return `${process}: ${lie} during "${episode.fault}"`;
    }
    const last = life.health.at(-1);
    if (last?.healthy === false && !endedIn(life, outages)) return `${process}: health is bad in the end`;
  }
  return undefined;
}

/** Whether a process ended before the server was back. */
function endedIn({ closingAt, killedAt }: ProcessLife, outages: readonly Episode[]): boolean {
  if (killedAt !== undefined) return true;
  if (closingAt === undefined) return false;
  return outages.some(({ at, healedAt = closingAt }) => at <= closingAt && closingAt <= healedAt);
}

function lieIn(life: ProcessLife, { at, mendingAt = at }: Episode, { noticeMs }: Rules): Finding {
  const { startedAt = Number.POSITIVE_INFINITY, closingAt, killedAt, health } = life;
  const endedAt = Math.min(closingAt ?? Number.POSITIVE_INFINITY, killedAt ?? Number.POSITIVE_INFINITY);
  const noticedBy = at + noticeMs;
  if (startedAt > at || noticedBy > mendingAt || endedAt < noticedBy) return undefined;
  const told = health.filter((change) => change.at <= noticedBy).at(-1);
  if (told?.healthy !== false) return `health was still good ${noticeMs} ms into it`;
  const early = health.find((change) => change.healthy && change.at > noticedBy && change.at < mendingAt);
  return early === undefined ? undefined : "health turned good before anything could pass";
}

/** I15: what an operator has to know is reported. */
export function reportsAreThere({ reports }: Journal, rules: Rules): Finding {
  if (rules.reports === undefined || reports.some((text) => rules.reports?.test(text))) return undefined;
  return `nobody reported ${rules.reports}`;
}

/** I12: no hot loop: connections are tried with a pause between them. */
export function backOffHolds(journal: Journal, { maxConnectsPerSecond }: Rules): Finding {
  const processes = Math.max(1, journal.processes.size);
  for (const { fault, at, mendingAt = at, connects = 0 } of journal.episodes) {
    const seconds = Math.max(1, (mendingAt - at) / 1_000);
    const rate = connects / seconds / processes;
    if (rate > maxConnectsPerSecond)
      return `${fault}: ${rate.toFixed(1)} connections a second and process, expected ${maxConnectsPerSecond}`;
  }
  return undefined;
}
