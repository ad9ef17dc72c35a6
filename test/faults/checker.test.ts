import { describe, expect, test } from "vitest";
import { check } from "./checker.js";
import { type Happening, type Operation, readOperations, writeOperation } from "./history.js";
import type { Rules } from "./rules.js";

const rules: Rules = {
  groups: [{ name: "mail", concurrency: 2, instances: 1, ordered: true, attempts: 3 }],
  deadlineMs: 5_000,
  window: 4,
  recoverMs: 10_000,
  noticeMs: 1_000,
  exitMs: 1_000,
  maxRssMb: 200,
  maxConnectsPerSecond: 10,
};

/** A line of a history: second, process, what happened. */
type Line = readonly [at: number, process: string, happening: Happening];

const publish = (id: string, n: number): Happening => ({
  kind: "publish",
  id,
  key: "k",
  n,
  digest: `d-${id}`,
});
const accepted = (id: string): Happening => ({ kind: "accepted", id });
const refused = (id: string): Happening => ({ kind: "refused", id, code: "PUBLISH_FULL" });
const unknown = (id: string): Happening => ({ kind: "unknown", id, code: "PUBLISH_TIMEOUT" });
const handling = (id: string, attempt = 1, digest = `d-${id}`): Happening => ({
  kind: "handling",
  group: "mail",
  id,
  attempt,
  digest,
});
const handled = (id: string): Happening => ({ kind: "handled", group: "mail", id });
const failed = (id: string): Happening => ({ kind: "failed", group: "mail", id });
const condemned = (id: string): Happening => ({ kind: "condemned", group: "mail", id });
const letter = (id: string, reason: string): Happening => ({ kind: "deadLetter", group: "mail", id, reason });
const fault: Happening = { kind: "fault", fault: "server killed", outage: true, forgets: false };
const mending: Happening = { kind: "mending", fault: "server killed", connects: 5 };
const healed: Happening = { kind: "healed", fault: "server killed" };
const health = (healthy: boolean): Happening => ({ kind: "health", healthy });

/** A server dies at 10 and answers at 13; five events, of which one fails once and one ends in the dead letters. */
const good: readonly Line[] = [
  [0, "L", { kind: "started" }],
  [0, "L", health(true)],
  [0, "P", { kind: "started" }],
  [0, "P", health(true)],
  [1, "P", publish("a", 1)],
  [1.1, "P", accepted("a")],
  [1.2, "L", handling("a")],
  [1.3, "L", handled("a")],
  [2, "P", publish("b", 2)],
  [2.1, "L", handling("b")],
  [2.2, "P", accepted("b")],
  [2.3, "L", failed("b")],
  [2.4, "L", handling("b", 2)],
  [2.5, "L", handled("b")],
  [3, "P", publish("c", 3)],
  [3.1, "P", accepted("c")],
  [3.2, "L", handling("c")],
  [3.3, "L", condemned("c")],
  [9.9, "P", publish("d", 4)],
  [10, "machine", fault],
  [10.1, "P", unknown("d")],
  [10.2, "P", health(false)],
  [10.2, "L", health(false)],
  [10.5, "P", publish("e", 5)],
  [12, "machine", mending],
  [13, "machine", healed],
  [13.1, "P", health(true)],
  [13.1, "L", health(true)],
  [13.2, "P", accepted("e")],
  [13.3, "L", handling("d")],
  [13.4, "L", handled("d")],
  [13.5, "L", handling("e")],
  [13.6, "L", handled("e")],
  [14, "P", publish("f", 6)],
  [14.1, "P", accepted("f")],
  [14.2, "L", handling("f")],
  [14.3, "L", handled("f")],
  [20, "machine", letter("c", "asked: enough")],
  [21, "P", { kind: "closing" }],
  [21, "L", { kind: "closing" }],
  [21.1, "P", { kind: "closed", left: [] }],
  [21.1, "L", { kind: "closed", left: [] }],
  [21.2, "machine", { kind: "exited", target: "P", code: 0, afterMs: 50 }],
  [21.2, "machine", { kind: "exited", target: "L", code: 0, afterMs: 50 }],
];

const operations = (lines: readonly Line[]): Operation[] =>
  lines.map(([seconds, process, happening]) => ({ at: seconds * 1_000, process, ...happening }));

const without = (text: string): Line[] => good.filter((line) => !JSON.stringify(line).includes(text));
const withLines = (...lines: readonly Line[]): Line[] => [...good, ...lines];

describe("fault machine, checker", () => {
  test("finds nothing wrong in a good history, and counts it", () => {
    expect(check(operations(good), rules)).toEqual({
      breaches: [],
      counts: {
        ...{ attempted: 6, accepted: 5, refused: 0, unknown: 1, handled: 5, deadLetters: 1 },
        ...{ lost: 0, doubled: 0, fromNowhere: 0, recovered: 1, forgotten: 0 },
      },
    });
  });

  test.each<[invariant: string, what: string, Line[], RegExp]>([
    [
      "I1",
      "an accepted event is never handled",
      good.filter(([at]) => at < 13.45 || at > 13.65),
      /^e: accepted/,
    ],
    ["I2", "a publish never ends", withLines([5, "P", publish("x", 7)]), /^x: publish never ended/],
    [
      "I2",
      "a publish ends late",
      withLines([5, "P", publish("x", 7)], [13, "P", unknown("x")]),
      /^x: publish ended 8000 ms/,
    ],
    [
      "I3",
      "a refused event is handled",
      withLines(
        [5, "P", publish("x", 7)],
        [5.1, "P", refused("x")],
        [15, "L", handling("x")],
        [15.1, "L", handled("x")],
      ),
      /^x: refused/,
    ],
    [
      "I4",
      "an event comes from nowhere",
      withLines([15, "L", handling("x")], [15.1, "L", handled("x")]),
      /^x: .* published by nobody/,
    ],
    [
      "I4",
      "an event arrives changed",
      withLines([15, "L", handling("f", 2, "other")], [15.1, "L", failed("f")]),
      /^f: mail got other content/,
    ],
    [
      "I5",
      "an event is doubled without a fault",
      withLines([1.4, "L", handling("a", 2)], [1.5, "L", handled("a")]),
      /^a: handled twice/,
    ],
    [
      "I5",
      "more events are doubled than were in flight",
      withLines(
        ...Array.from({ length: 9 }, (_, n): Line[] => [
          [13.6 + n / 100, "L", handling("e", 2)],
          [13.605 + n / 100, "L", handled("e")],
        ]).flat(),
      ),
      /^9 duplicates, expected at most 8/,
    ],
    [
      "I6",
      "an event circles",
      withLines([15, "L", handling("f", 5)], [15.1, "L", failed("f")]),
      /^f: attempt 5 .* expected at most 4/,
    ],
    [
      "I6",
      "an event of unknown outcome is begun and dropped",
      good.filter(([at]) => at !== 13.4),
      /^d: begun by mail, and never settled/,
    ],
    [
      "I7",
      "events of one key are swapped",
      good.map((line) => (line[0] === 1.2 || line[0] === 1.3 ? [line[0] + 1.4, line[1], line[2]] : line)),
      /^a: first came to mail after b/,
    ],
    [
      "I8",
      "a handler begins after close was called",
      withLines([21.05, "L", handling("f", 2)], [21.06, "L", failed("f")]),
      /^f: handler began in L after close/,
    ],
    [
      "I8",
      "a handler goes on after close",
      withLines([20, "L", handling("f", 2)], [22, "L", failed("f")]),
      /^f: handler went on in L after close/,
    ],
    [
      "I9",
      "too many handlers run at once",
      withLines(
        ...["a", "b", "d"].flatMap((id): Line[] => [
          [15, "L", handling(id, 2)],
          [15.5, "L", failed(id)],
        ]),
      ),
      /3 handlers of mail at once, expected 2/,
    ],
    ["I9", "memory grows", withLines([5, "P", { kind: "memory", rssMb: 500 }]), /^P: 500 MB resident/],
    ["I10", "nothing goes on after a fault", without('"f"'), /^server killed: mail handled nothing/],
    ["I10", "a fault is never healed", without('"healed"'), /^server killed: never healed/],
    [
      "I11",
      "health stays good in an outage",
      without('"healthy":false'),
      /^L: health was still good 1000 ms/,
    ],
    [
      "I11",
      "health turns good too early",
      withLines([11.5, "P", health(true)]),
      /^P: health turned good before/,
    ],
    ["I11", "health stays bad after it", withLines([16, "P", health(false)]), /^P: health is bad in the end/],
    [
      "I12",
      "clients try again without a pause",
      good.map((line) =>
        line[0] === 12 ? [12, "machine", { kind: "mending", fault: "server killed", connects: 900 }] : line,
      ),
      /connections a second and process, expected 10/,
    ],
    [
      "I13",
      "an error is caught by nobody",
      withLines([5, "P", { kind: "unhandled", text: "Error" }]),
      /^P: nobody caught/,
    ],
    [
      "I13",
      "a process crashes",
      withLines([22, "machine", { kind: "exited", target: "P", code: 1, afterMs: 50 }]),
      /^P: ended with 1/,
    ],
    ["I13", "a closed process does not end", without('"exited","target":"L"'), /^L: closed, and never ended/],
    ["I14", "a dead letter is missing", without('"deadLetter"'), /^c: given to the dead letters/],
    [
      "I14",
      "a neighbour becomes a dead letter",
      withLines([20.5, "machine", letter("f", "failed")]),
      /^f: .* after 0 failures/,
    ],
    [
      "I8",
      "close never ends",
      without('"closed"').concat([[60, "P", { kind: "memory", rssMb: 1 }]]),
      /^L: close took 39000 ms/,
    ],
    [
      "I14",
      "a dead letter has no reason",
      withLines([20.5, "machine", letter("c", "")]),
      /^c: .* without its reason/,
    ],
  ])("finds that %s is broken when %s", (invariant, _, lines, text) => {
    const { breaches } = check(operations(lines), rules);
    expect(breaches.find((breach) => breach.invariant === invariant)?.text).toMatch(text);
  });

  test("excuses what a server lost with its data, and counts it", () => {
    const lines = good.map(
      (line): Line => (line[2] === fault ? [10, "machine", { ...fault, forgets: true }] : line),
    );
    const lost = lines.filter(([at]) => at < 13.45 || at > 13.65);
    const { breaches, counts } = check(operations(lost), rules);
    expect(breaches).toEqual([]);
    expect(counts).toMatchObject({ lost: 0, forgotten: 2 });
  });

  test("reads what it wrote, and nothing of a line that was cut off", () => {
    const written = operations(good).map(writeOperation).join("");
    expect(readOperations(written)).toEqual(operations(good));
    expect(readOperations(written.slice(0, -3))).toEqual(operations(good).slice(0, -1));
  });
});
