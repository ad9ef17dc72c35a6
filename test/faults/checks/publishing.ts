import type { Journal } from "../journal.js";
import type { Finding, Rules } from "../rules.js";

/** What a busy machine may add to a deadline. */
const slackMs = 4_000;

/** I2: each publish ends within its deadline, unless its process was killed meanwhile. */
export function publishEnds(journal: Journal, { deadlineMs }: Rules): Finding {
  for (const { id, process, calls } of journal.published.values()) {
    for (const { at, end } of calls) {
      const { killedAt } = journal.process(process);
      const endedAt = end?.at ?? killedAt ?? Number.POSITIVE_INFINITY;
      if (endedAt - at <= deadlineMs + slackMs) continue;
      if (end === undefined) return `${id}: publish never ended in ${process}`;
      return `${id}: publish ended ${Math.round(endedAt - at)} ms after its call, expected at most ${deadlineMs} ms`;
    }
  }
  return undefined;
}
