import { buildGroups, type Case, type Group } from "./boundary/cases.js";
import { makeSubjects, type Subject } from "./boundary/subjects.js";
import { variants } from "./boundary/varied.js";
import { judgeChecks } from "./boundary/verdicts.js";
import { median, spread, textTable } from "./statistics.js";

/** CPU time that one measurement of a case takes. */
const sliceMs = 10;

/**
 * Times the boundary of a service: parse and check, check and serialize, beside bare JSON and what else checks the same
 * schemas. Arguments: how often (default 25), and a text that the names of the contracts must hold.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [rounds = "25", filter = ""] = args;
  const subjects = await makeSubjects(filter);
  // Before anything is timed: what judges differently cannot be compared.
  const formats = new Map(subjects.map((subject) => [subject, judgeChecks(subject)]));
  for (const subject of subjects) {
    console.log(`${buildTable(subject, formats.get(subject) ?? new Map(), Number(rounds))}\n`);
  }
}

function buildTable(subject: Subject, formats: ReadonlyMap<string, string>, rounds: number): string {
  const groups = buildGroups(subject);
  const times = measureAll(groups.flat(), rounds);
  const { name, texts } = subject.sample;
  const size = `${((texts[0] ?? "").length / 1000).toFixed(1)} kB`;
  const header = [`${name}, ${size}`, "CPU ns: median (range)", "of its floor", "formats"];
  return textTable([header, ...groups.flatMap((group) => buildRows(group, times, formats))]);
}

function buildRows(
  group: Group,
  times: ReadonlyMap<Case, readonly number[]>,
  formats: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  const [floor] = group;
  const floorNs = median(times.get(floor) ?? []);
  return group.map((each) => {
    const own = times.get(each) ?? [];
    const ratio = each === floor ? "" : `${(median(own) / floorNs).toFixed(2)} ×`;
    return [each.name, spread(own), ratio, each.check === undefined ? "" : (formats.get(each.check) ?? "")];
  });
}

/** Interleaved, so that a noisy moment of the machine hits all of them; the first rounds only warm up. */
function measureAll(cases: readonly Case[], rounds: number): ReadonlyMap<Case, readonly number[]> {
  const times = new Map<Case, number[]>(cases.map((each) => [each, []]));
  for (let round = -4; round < rounds; round++) {
    for (const [each, own] of times) {
      const ns = measure(each.run);
      if (round >= 0) own.push(ns);
    }
  }
  return times;
}

/** Nanoseconds of CPU time a call: other processes of the machine take none of it. */
function measure(run: Case["run"]): number {
  const start = process.cpuUsage();
  let calls = 0;
  let us = 0;
  do {
    for (let index = 0; index < variants; index++) run(index);
    calls += variants;
    const { user, system } = process.cpuUsage(start);
    us = user + system;
  } while (us < sliceMs * 1000);
  return (us * 1000) / calls;
}
