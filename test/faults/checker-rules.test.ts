import { describe, expect, test } from "vitest";
import { check } from "./checker.js";
import { readOperations, writeOperation } from "./history.js";
import {
  accepted,
  condemned,
  failed,
  fault,
  good,
  handled,
  handling,
  type Line,
  operations,
  publish,
  rules,
  unknown,
  withLines,
} from "./made-up-history.js";

/** As if the server had lost all that it held, or what its replica had not got. */
const forgetting = (forgets: "all" | "latest" | "latest not accepted"): Line[] =>
  good.map((line): Line => (line[2] === fault ? [10, "machine", { ...fault, forgets }] : line));

const lostIn = (lines: readonly Line[], id: string): Line[] =>
  lines.filter(([, process, happening]) => {
    return process !== "L" || !("id" in happening) || happening.id !== id;
  });

describe("fault machine, checker", () => {
  test("excuses what a server lost with its data, and counts it", () => {
    const { breaches, counts } = check(operations(lostIn(forgetting("all"), "a")), rules);
    expect(breaches).toEqual([]);
    expect(counts).toMatchObject({ lost: 0, forgotten: 1 });
  });

  test("excuses what a replica had not got, and nothing that was published earlier", () => {
    const latest = check(operations(lostIn(forgetting("latest"), "e")), rules);
    expect(latest.breaches).toEqual([]);
    expect(latest.counts).toMatchObject({ lost: 0, forgotten: 1 });
    const earlier = check(operations(lostIn(forgetting("latest"), "a")), rules);
    expect(earlier.breaches).toEqual([{ invariant: "I1", text: expect.stringMatching(/^a: accepted/) }]);
    expect(earlier.counts).toMatchObject({ lost: 1, forgotten: 0 });
  });

  test("excuses nothing accepted where a replica has to have it", () => {
    const { breaches } = check(operations(lostIn(forgetting("latest not accepted"), "e")), rules);
    expect(breaches).toEqual([{ invariant: "I1", text: expect.stringMatching(/^e: accepted/) }]);
    const buried = forgetting("latest not accepted").map(([at, process, happening]): Line => {
      if (!("id" in happening) || happening.id !== "e") return [at, process, happening];
      if (happening.kind === "accepted") return [at, process, unknown("e")];
      return [at, process, happening.kind === "handled" ? condemned("e") : happening];
    });
    expect(check(operations(buried), rules).breaches).toEqual([]);
  });

  test("measures the longest pause of publishing, and finds it too long where it is limited", () => {
    const { counts } = check(operations(good), rules);
    expect(counts.longestGapMs).toBe(10_100);
    const { breaches } = check(operations(good), { ...rules, maxGapMs: 10_000 });
    expect(breaches).toEqual([
      { invariant: "I10", text: "nothing was accepted for 10100 ms, expected 10000 at most" },
    ]);
  });

  test("measures the longest pause of publishing by fault", () => {
    const reset: Line = [13.8, "machine", { kind: "fault", fault: "connections reset", outage: false }];
    const { gaps } = check(operations(withLines(reset)), rules);
    expect(gaps).toEqual([
      { fault: "server killed", ms: 10_100 },
      { fault: "connections reset", ms: 900 },
    ]);
  });

  test("excuses what is handled again while an event loop stands still", () => {
    const again: readonly Line[] = [
      [5, "L", handling("a", 2)],
      [5.1, "L", handled("a")],
    ];
    const blocked: Line = [4, "L", { kind: "blocking", forMs: 2_000 }];
    expect(check(operations(withLines(blocked, ...again)), rules).breaches).toEqual([]);
    expect(check(operations(withLines(...again)), rules).breaches).toEqual([
      { invariant: "I5", text: expect.stringContaining("without a fault in between") },
    ]);
  });

  test("takes events of unknown end in any order, where it is told to", () => {
    const lines = withLines(
      [15, "P", publish("x", 7)],
      [15.1, "P", publish("y", 8)],
      [15.2, "P", unknown("x")],
      [15.3, "P", unknown("y")],
      ...["y", "x"].flatMap((id): Line[] => [
        [16, "L", handling(id)],
        [16.1, "L", handled(id)],
      ]),
    );
    const swapped = { invariant: "I7", text: expect.stringMatching(/^x: first came to mail after y/) };
    expect(check(operations(lines), rules).breaches).toEqual([swapped]);
    expect(check(operations(lines), { ...rules, unknownInAnyOrder: true }).breaches).toEqual([]);
  });

  test("allows a duplicate for each repeat of a publish, beside what was in flight", () => {
    const doubled = Array.from({ length: 9 }, (_, n): Line[] => [
      [13.6 + n / 100, "L", handling("e", 2)],
      [13.605 + n / 100, "L", handled("e")],
    ]).flat();
    const { breaches } = check(
      operations(withLines(...doubled, [13.55, "P", publish("e", 5)], [13.56, "P", accepted("e")])),
      rules,
    );
    expect(breaches).toEqual([]);
  });

  test("lets a group handle what was waiting before it comes to what is new, and be silent for no longer than set", () => {
    const waiting = (at: number): Line[] => [
      [at, "L", handling("d", 2)],
      [at + 0.01, "L", failed("d")],
    ];
    const late = good.map((line): Line => {
      const isNew = JSON.stringify(line).includes('"f"') && line[1] === "L";
      return isNew ? [line[0] + 6, line[1], line[2]] : line;
    });
    const impatient = { ...rules, recoverMs: 4_000 };
    const silent = {
      invariant: "I10",
      text: "server killed: mail was silent for 6700 ms after it, expected 4000",
    };
    expect(check(operations(late), impatient).breaches).toEqual([silent]);
    expect(check(operations([...late, ...waiting(16.5)]), impatient).breaches).toEqual([]);
  });

  test("misses a report that has to be there", () => {
    const wanting = { ...rules, reports: /^L: .* lost its queue/ };
    expect(check(operations(good), wanting).breaches).toEqual([
      { invariant: "I15", text: expect.stringMatching(/^nobody reported/) },
    ]);
    const told = withLines([14, "L", { kind: "report", text: "mail lost its queue" }]);
    expect(check(operations(told), wanting).breaches).toEqual([]);
  });

  test("reads what it wrote, and nothing of a line that was cut off", () => {
    const written = operations(good).map(writeOperation).join("");
    expect(readOperations(written)).toEqual(operations(good));
    expect(readOperations(written.slice(0, -3))).toEqual(operations(good).slice(0, -1));
  });
});
