import { describe, expect, test } from "vitest";
import { check } from "./checker.js";
import {
  failed,
  good,
  handled,
  handling,
  health,
  type Line,
  letter,
  operations,
  publish,
  refused,
  rules,
  unknown,
  withLines,
  without,
} from "./made-up-history.js";

describe("fault machine, checker", () => {
  test("finds nothing wrong in a good history, and counts it", () => {
    expect(check(operations(good), rules)).toEqual({
      breaches: [],
      counts: {
        ...{ attempted: 6, accepted: 5, refused: 0, unknown: 1, handled: 5, deadLetters: 1 },
        ...{ lost: 0, doubled: 0, fromNowhere: 0, recovered: 1, forgotten: 0, longestGapMs: 10_100 },
      },
      gaps: [{ fault: "server killed", ms: 10_100 }],
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
      withLines([5, "P", publish("x", 7)], [15, "P", unknown("x")]),
      /^x: publish ended 10000 ms/,
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
});
