import * as runtime from "@eventwright/runtime/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

const { isDateTime, isEmail, isHostname, isIdnHostname, isIpv6, isUri, isUriTemplate, isUuid } = runtime;

/** What the official suite does not ask. */
const table: readonly (readonly [
  check: (text: string) => boolean,
  fits: readonly string[],
  refused: readonly string[],
])[] = [
  [
    isUri,
    [
      "https://a.example/b?c=d&e[0]".slice(0, -3),
      "https://a_b.example:8080/x#y",
      "http://h?x/y?z",
      "a+b-c.1:x",
    ],
    ["https://a.example/b c", "https://a.example/b?[", "https://a.example:80a/", "https://[::1]x/", "://x"],
  ],
  [
    isUriTemplate,
    ["https://a.example/b{/c}{?d,e}", "{a}{b}", "{a%20b:3,c*}"],
    ["https://a.example/{b", "{b}}", "{b*:3}", "<b>"],
  ],
  [
    isDateTime,
    ["2024-02-29T23:59:59.123456789+14:00", "0000-01-01T00:00:00z"],
    [
      "2023-02-29T00:00:00Z",
      "2024-02-29 00:00:00Z",
      "2024-02-29T00:00:00",
      "2024-02-29T00:00:00.Z",
      "2024-02-29T00:00:00+1:00",
    ],
  ],
  [
    isEmail,
    ["a@b", `${"a".repeat(64)}@b.c`, "a.b-{c}@d--e.f", '"a b"@c', `a@${"b".repeat(63)}.c`, "-@1"],
    [
      `${"a".repeat(65)}@b.c`,
      `a@${"b".repeat(64)}.c`,
      ...["a@b..c", "a@-b", "a@b-", "a@b-.c", "a@b.", "a@b_c", "a@[::1]", "a@b@c"],
      ...[".a@b", "a.@b", "a..b@c", "a b@c", "@b", "a@", "a", "é@b", "a@\u0162"],
    ],
  ],
  [
    isUuid,
    ["1b4e28ba-2fa1-4d2f-883f-0016d3cca427", "ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB"],
    [
      ...["g1234567-0123-0123-0123-012345678901", "01234567-0123-0123-0123-01234567890G"],
      ...["01234567_0123-0123-0123-012345678901", "01234567-0123-0123-0123_012345678901"],
      ...["0123456-70123-0123-0123-012345678901", "01234567-0123-0123-0123-01234567890"],
      ...["01234567-0123-0123-0123-0123456789012", "01234567-0123-0123-0123-01234567890\u0130"],
    ],
  ],
  [isHostname, ["a", "A.example", "1.2.3.4"], ["a_b", "a..b", `${"a.".repeat(127)}a`]],
  [isIdnHostname, ["bücher.example", "例え.テスト"], ["a b", "bücher..example", "\ud800.a"]],
  [isIpv6, ["::ffff:1.2.3.4", "1::"], ["1:2:3:4:5:6:7::8:9", ":::", "1.2.3.4::", "::1.2.3.4:5"]],
];

test.for(table)("formats: %o", ([check, fits, refused]) => {
  expect(fits.filter((text) => !check(text))).toEqual([]);
  expect(refused.filter((text) => check(text))).toEqual([]);
});

const checks = Object.entries(runtime).filter(
  ([name]) => /^is(?:[A-Z])/.test(name) && !/^is(?:Equal|Longer|MultipleOf|Shorter|Unique)$/.test(name),
);

test("formats: a UUID asks for a digit or a hyphen at every place", () => {
  const uuid = "1b4e28ba-2fa1-4d2f-883f-0016d3cca427";
  for (let place = 0; place < uuid.length; place++) {
    for (const character of "09afAF-gG/:@`\u0130\ud800 ") {
      const changed = uuid.slice(0, place) + character + uuid.slice(place + 1);
      const fits = uuid[place] === "-" ? character === "-" : /[\da-f]/i.test(character);
      expect([changed, isUuid(changed)]).toEqual([changed, fits]);
    }
  }
});

test("formats: a date-time asks for a day of the calendar and a time of the clock, whatever its offset", () => {
  const around = (limit: number) => fc.oneof(fc.integer({ min: 0, max: limit + 1 }), fc.nat({ max: 99 }));
  const two = (part: number): string => String(part).padStart(2, "0");
  const parts = fc.record({
    year: fc.integer({ min: 1, max: 9999 }),
    ...{ month: around(12), day: around(31), hour: around(23), minute: around(59), second: around(59) },
    end: fc.constantFrom("Z", "z", ".5Z", "+23:59", "-00:00"),
    separator: fc.constantFrom("T", "t"),
  });
  fc.assert(
    fc.property(parts, ({ year, month, day, hour, minute, second, end, separator }) => {
      fc.pre(second !== 60);
      const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
      const text = `${date}${separator}${two(hour)}:${two(minute)}:${two(second)}${end}`;
      const known = new Date(0);
      known.setUTCFullYear(year, month - 1, day);
      const isDay = known.getUTCMonth() === month - 1 && known.getUTCDate() === day;
      expect([text, isDateTime(text)]).toEqual([text, isDay && hour < 24 && minute < 60 && second < 60]);
    }),
    { numRuns: 2_000 },
  );
});

test("formats: take time in proportion to the text, up to their longest", () => {
  expect(checks.length).toBe(19);
  const seeds = [
    "a",
    "1",
    "-",
    ".",
    ":",
    "/",
    "%41",
    "{a}",
    "{a",
    "a.",
    "a-",
    "P1",
    "~0",
    "é",
    "\u200d",
    '"a\\"',
    "(",
    "(a+",
    "a@",
    "xn--",
    "0:",
    "::",
  ];
  const start = performance.now();
  for (const [, check] of checks) {
    if (typeof check !== "function") continue;
    for (const seed of seeds) {
      for (const [head, tail] of [
        ["", ""],
        ["http://", "\u0000"],
        ["P", "!"],
        ["a@", "!"],
        ["xn--", "!"],
        ["/", "~"],
      ]) {
        Reflect.apply(check, undefined, [`${head}${seed.repeat(60_000 / seed.length)}${tail}`]);
      }
    }
  }
  // More than 2,000 texts of 60,000 characters: any worse growth would take minutes.
  expect(performance.now() - start).toBeLessThan(15_000);
});
