import type { Journal, Published } from "../journal.js";
import type { Finding, Rules } from "../rules.js";

/** I1: what was accepted is handled by each group, or in its dead letters. */
export function acceptedIsHandled(journal: Journal, { groups }: Rules): Finding {
  const [first, ...others] = lostEvents(journal, { groups });
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} others` : "";
  return `${first.id}${more}: accepted, and never handled by ${first.group}`;
}

/** Accepted events that a group has neither handled nor in its dead letters, and that no server lost with its data. */
export function lostEvents(
  journal: Journal,
  { groups }: Pick<Rules, "groups">,
): { readonly group: string; readonly id: string }[] {
  const accepted = [...journal.published.values()].filter(
    (event) => journal.endOf(event) === "accepted" && !isForgotten(journal, event),
  );
  return groups.flatMap(({ name: group }) =>
    accepted.filter(({ id }) => !journal.isSettled(group, id)).map(({ id }) => ({ group, id })),
  );
}

/** Whether an event still has to be handled or to become a dead letter, once it was begun. */
export function isOpen(journal: Journal, group: string, id: string): boolean {
  const event = journal.published.get(id);
  return event !== undefined && !journal.isSettled(group, id) && !isForgotten(journal, event);
}

/** What a replica may lack when it becomes the primary. */
const lagMs = 1_000;

/** Whether a server has lost its data, or the latest of it, after the event's first publish. */
export function isForgotten(journal: Journal, event: Published): boolean {
  const publishedAt = event.calls[0]?.at ?? 0;
  return journal.episodes.some(({ forgets, at, healedAt = Number.POSITIVE_INFINITY }) => {
    if (forgets === undefined) return false;
    if (forgets === "latest not accepted" && journal.endOf(event) === "accepted") return false;
    const from = forgets === "all" ? 0 : at - lagMs;
    return from <= publishedAt && publishedAt <= healedAt;
  });
}

/** I3: what was refused for certain is never handled. */
export function refusedIsNotHandled(journal: Journal): Finding {
  for (const { id, group } of journal.runs) {
    const event = journal.published.get(id);
    if (event !== undefined && journal.endOf(event) === "refused")
      return `${id}: refused, and handled by ${group}`;
  }
  return undefined;
}

/** I4: what is handled was published, and is what was published. */
export function handledWasPublished(journal: Journal): Finding {
  for (const { id, group, digest } of journal.runs) {
    const event = journal.published.get(id);
    if (event === undefined) return `${id}: handled by ${group}, and published by nobody`;
    if (event.digest !== digest) return `${id}: ${group} got other content or headers than were published`;
  }
  return undefined;
}

/** Fewer crashes in its handler do not make an event one that kills. */
const leastFailures = 3;

/** I14: what a handler gave to the dead letters is there, with its reason; what is there has failed often enough. */
export function deadLettersAreRight(journal: Journal, { groups }: Rules): Finding {
  return (
    condemnedIsKept(journal) ??
    groups.map(({ name }) => keptWithoutFailure(journal, name)).find((finding) => finding !== undefined)
  );
}

function keptWithoutFailure(journal: Journal, group: string): Finding {
  for (const id of journal.published.keys()) {
    if (!journal.deadLetters.has(`${group} ${id}`)) continue;
    const ends = journal.runsOf(group, id).map(({ end }) => end?.kind);
    const failures = ends.filter((end) => end !== "handled").length;
    if (!ends.includes("condemned") && failures < leastFailures)
      return `${id}: in the dead letters of ${group} after ${failures} failures`;
  }
  return undefined;
}

function condemnedIsKept(journal: Journal): Finding {
  for (const { id, group, end, at } of journal.runs) {
    if (end?.kind !== "condemned") continue;
    const event = journal.published.get(id);
    if (event !== undefined && isForgotten(journal, event)) continue;
    const reason = journal.deadLetters.get(`${group} ${id}`);
    if (reason === undefined) return `${id}: given to the dead letters of ${group} at ${at}, and not there`;
    if (reason === "") return `${id}: in the dead letters of ${group} without its reason`;
  }
  return undefined;
}
