import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonText, terminalText } from "../../../generator/src/commands/terminal.js";

describe("terminal text", () => {
  test.each([
    ["plain text, ümlaut, 注文, 🚀", "plain text, ümlaut, 注文, 🚀"],
    ["a\nschemas/b.json:1:1: forged [rule]", "a\\u{a}schemas/b.json:1:1: forged [rule]"],
    ["\r\u001b[2Kdone", "\\u{d}\\u{1b}[2Kdone"],
    ["\u0085\u009b31m", "\\u{85}\\u{9b}31m"],
    ["a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
    ["user\u202eexe.txt", "user\\u{202e}exe.txt"],
    ["half \ud83d", "half \\u{d83d}"],
    ["::error::forged", "\\u{3a}:error::forged"],
    ["  ::error::forged", "\\u{20}\\u{20}\\u{3a}:error::forged"],
    ["a.json:1:1: text ::error::is no command here", "a.json:1:1: text ::error::is no command here"],
    ["x ##[error]forged", "x \\u{23}\\u{23}[error]forged"],
    ["x ##vso[task.setvariable]y", "x \\u{23}\\u{23}vso[task.setvariable]y"],
    ["# heading ## two", "# heading ## two"],
  ])("%j is printed as %j", (given, want) => {
    expect(terminalText(given)).toBe(want);
  });

  test("attack 33: whatever the text, it is one line of visible characters and no command to a CI system", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("", "\n", "::", "##[", "##vso[", "\u001b["),
        (a, b) => {
          const line = terminalText(a + b + a);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          expect(line).not.toMatch(/^\s*::|##\w*\[/);
        },
      ),
    );
  });
});

describe("JSON for machines", () => {
  test("is one line without a command in it, and the data stay the same", () => {
    const text = fc.string({ unit: "binary" });
    const part = fc.constantFrom("\n", "::error::", "##[error]", "##vso[x]", "\u2028", "\u202e", "\u{e0001}");
    fc.assert(
      fc.property(text, part, fc.jsonValue(), (a, b, value) => {
        const data = { [a + b]: b + a, value: JSON.parse(JSON.stringify(value)) };
        const line = jsonText(data);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(data)));
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\w*\[/u);
        expect(line.startsWith("{")).toBe(true);
      }),
    );
  });
});
