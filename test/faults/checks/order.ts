import type { Journal } from "../journal.js";
import type { Finding, Rules } from "../rules.js";

/** I7: per publisher and key, first deliveries come in the order of publishing. */
export function firstDeliveriesAreOrdered(journal: Journal, { groups, unknownInAnyOrder }: Rules): Finding {
  for (const { name } of groups.filter(({ ordered }) => ordered)) {
    const newest = new Map<string, { readonly n: number; readonly id: string }>();
    const seen = new Set<string>();
    for (const { id, group, attempt } of journal.runs) {
      const event = journal.published.get(id);
      if (group !== name || event === undefined || seen.has(id)) continue;
      seen.add(id);
      // One that was published twice is as late as its second call; a later attempt was delivered before, to a process
      // that died before it could begin.
      if (event.calls.length > 1 || attempt > 1) continue;
      if (unknownInAnyOrder && journal.endOf(event) === "unknown") continue;
      const lane = `${event.process} ${event.key}`;
      const last = newest.get(lane);
      if (last !== undefined && last.n > event.n)
        return `${id}: first came to ${group} after ${last.id}, published later`;
      newest.set(lane, event);
    }
  }
  return undefined;
}
