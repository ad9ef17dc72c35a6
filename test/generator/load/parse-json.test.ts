import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../generator/src/load/parse-json.js";
import { locate } from "../../../generator/src/load/source-document.js";

/** `line:column pointer [rule]`, and the message. */
function problemsIn(text: string): readonly string[] {
  return parseJson(text).problems.map(({ offset, pointer, rule, message }) => {
    const { line, column } = locate("", text, offset, pointer);
    return `${line}:${column} ${pointer} [${rule}] ${message}`;
  });
}

describe("parse json: what is no strict JSON is a problem at its place", () => {
  test.each([
    ["", "1:1  [json-syntax] expected a value"],
    ["{", "1:2  [json-syntax] expected a closing brace"],
    ['{ "a": 1,\n}', "2:1  [json-syntax] expected the name of a member in double quotes"],
    ['{ "a": [1,] }', "1:11 /a [json-syntax] expected a value"],
    ['{ "a": 1 "b": 2 }', "1:10 /a [json-syntax] expected a comma"],
    ['{ "a" 1 }', "1:7 /a [json-syntax] expected a colon after the name of the member"],
    ["{ a: 1 }", "1:3  [json-syntax] expected JSON, got something that is no JSON value"],
    ["[1 /* one */]", "1:4 /0 [json-syntax] expected no comment: JSON has none"],
    ["// one\n1", "1:1  [json-syntax] expected no comment: JSON has none"],
    ["1 2", "1:3  [json-syntax] expected the end of the file, got more after the value"],
    ['"a', "1:1  [json-syntax] expected a closing double quote on the same line"],
    ['["\\x"]', "1:2  [json-syntax] expected an escape of JSON after the backslash"],
    ['["\\u12"]', "1:2  [json-syntax] expected four hexadecimal digits after \\u"],
    [
      '["\t"]',
      "1:2  [json-syntax] expected no control character in a string; write it as \\u and four digits",
    ],
    ["[1.]", "1:2  [json-syntax] expected a digit"],
    ["[1e999]", "1:2 /0 [number-range] expected a number that a 64-bit float can hold, got a larger one"],
  ])("%j", (text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });

  test("every duplicate member is reported, whatever it is called, with the place of the first", () => {
    const text = '{ "a": 1, "__proto__": 2,\n "a": 3, "__proto__": 4,\n "b": { "a": 1, "\\u0061": 2 } }';
    const { problems } = parseJson(text);
    expect(problemsIn(text)).toEqual([
      '2:2 /a [duplicate-member] expected each member once, got "a" twice',
      '2:10 /__proto__ [duplicate-member] expected each member once, got "__proto__" twice',
      '3:17 /b/a [duplicate-member] expected each member once, got "a" twice',
    ]);
    expect(problems.map(({ otherOffset }) => otherOffset)).toEqual([2, 10, 59]);
  });

  test("400 levels are read, one more is refused, and a million of them do not overflow the stack", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(problemsIn(nested(400))).toEqual([]);
    for (const levels of [401, 1_000_000]) {
      expect(problemsIn(nested(levels))).toEqual([
        `1:401 ${"/0".repeat(400)} [too-deep] expected at most 400 levels of nesting, got more; split the file`,
      ]);
    }
  });
});

describe("parse json: the value", () => {
  test("is that of JSON.parse, for any JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2), (json, space) => {
        const text = JSON.stringify(JSON.parse(json), null, space);
        expect(JSON.stringify(parseJson(text).parsed?.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test("exists just for texts that JSON.parse takes", () => {
    const fragment = fc.constantFrom(
      ...'{}[],:" \n\t/*\\u0019.eE+-atrue',
      "null",
      '"a"',
      '"b":',
      "\u00a0",
      "\ufeff",
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const text = fragments.join("");
        const isRead = parseJson(text).problems.every(({ rule }) => rule !== "json-syntax");
        expect(isRead, text).toBe(isJson(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test("has objects without a prototype, so that prototype names are plain members", () => {
    const { parsed } = parseJson('{ "__proto__": { "polluted": true }, "constructor": 1, "toString": 2 }');
    const { value = null } = parsed ?? {};
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value ?? {})).toEqual(["__proto__", "constructor", "toString"]);
    expect("polluted" in {}).toBe(false);
  });
});

function isJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) !== undefined;
  } catch {
    return false;
  }
}
