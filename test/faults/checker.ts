import {
  acceptedIsHandled,
  deadLettersAreRight,
  handledWasPublished,
  isForgotten,
  lostEvents,
  refusedIsNotHandled,
} from "./checks/delivery.js";
import { boundsHold, closeEnds, processesEndWell } from "./checks/life-cycle.js";
import { firstDeliveriesAreOrdered } from "./checks/order.js";
import { publishEnds } from "./checks/publishing.js";
import {
  backOffHolds,
  gapsAreShort,
  gapsByFault,
  healthIsTrue,
  longestGapMs,
  reportsAreThere,
  workGoesOn,
} from "./checks/recovery.js";
import { attemptsEnd, duplicates, duplicatesAreBounded } from "./checks/repeats.js";
import type { Operation } from "./history.js";
import { Journal } from "./journal.js";
import type { Finding, Rules } from "./rules.js";

/** What must hold whatever breaks; each check gives the first breach. */
const invariants = {
  I1: acceptedIsHandled,
  I2: publishEnds,
  I3: refusedIsNotHandled,
  I4: handledWasPublished,
  I5: duplicatesAreBounded,
  I6: attemptsEnd,
  I7: firstDeliveriesAreOrdered,
  I8: closeEnds,
  I9: boundsHold,
  I10: (journal, rules) => workGoesOn(journal, rules) ?? gapsAreShort(journal, rules),
  I11: healthIsTrue,
  I12: backOffHolds,
  I13: processesEndWell,
  I14: deadLettersAreRight,
  I15: reportsAreThere,
} satisfies { readonly [id: string]: (journal: Journal, rules: Rules) => Finding };

export interface Breach {
  readonly invariant: string;
  readonly text: string;
}

export interface Counts {
  /** Events that somebody tried to publish. */
  readonly attempted: number;
  readonly accepted: number;
  readonly refused: number;
  /** Calls of `publish`, many of them repeated with the same id. */
  readonly unknown: number;
  /** Pairs of event and group. */
  readonly handled: number;
  readonly deadLetters: number;
  readonly lost: number;
  readonly doubled: number;
  readonly fromNowhere: number;
  /** Unknown to their publisher, and handled. */
  readonly recovered: number;
  /** Accepted, and lost by a server together with its data. */
  readonly forgotten: number;
  /** The longest time between two accepted events. */
  readonly longestGapMs: number;
}

export interface Gap {
  readonly fault: string;
  /** The longest time between two accepted events from this fault to the next one. */
  readonly ms: number;
}

export interface Verdict {
  readonly breaches: readonly Breach[];
  readonly counts: Counts;
  readonly gaps: readonly Gap[];
}

/** Judges a history, which is put into the order of its happening here. */
export function check(operations: readonly Operation[], rules: Rules): Verdict {
  const journal = new Journal(operations.toSorted((left, right) => left.at - right.at));
  const breaches = Object.entries(invariants).flatMap(([invariant, holds]) => {
    const text = holds(journal, rules);
    return text === undefined ? [] : [{ invariant, text }];
  });
  const gaps = [...gapsByFault(journal)].map(([fault, ms]) => ({ fault, ms: Math.round(ms) }));
  return { breaches, counts: countOf(journal, rules), gaps };
}

function countOf(journal: Journal, { groups }: Rules): Counts {
  const events = [...journal.published.values()];
  const ended = (kind: string) => events.filter((event) => journal.endOf(event) === kind);
  const handled = new Set(
    journal.runs.filter(({ end }) => end?.kind === "handled").map(({ group, id }) => `${group} ${id}`),
  );
  const accepted = ended("accepted");
  const unknown = ended("unknown");
  return {
    attempted: events.length,
    accepted: accepted.length,
    refused: ended("refused").length,
    unknown: events.flatMap(({ calls }) => calls).filter(({ end }) => end?.kind === "unknown").length,
    handled: handled.size,
    deadLetters: journal.deadLetters.size,
    lost: lostEvents(journal, { groups }).length,
    doubled: duplicates(journal).length,
    fromNowhere: new Set(journal.runs.filter(({ id }) => !journal.published.has(id)).map(({ id }) => id))
      .size,
    recovered: unknown.filter(({ id }) => groups.some(({ name }) => handled.has(`${name} ${id}`))).length,
    forgotten: accepted.filter(
      (event) => isForgotten(journal, event) && groups.some(({ name }) => !journal.isSettled(name, event.id)),
    ).length,
    longestGapMs: Math.round(longestGapMs(journal)),
  };
}
