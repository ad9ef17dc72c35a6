import { expect, test } from "vitest";
import { findUnsafePattern, longestSafeText } from "../../../generator/src/pattern/find-unsafe-pattern.js";

const safe = [
  "^[a-z0-9-]+$",
  "^[A-Z]{3}-[0-9]{4}$",
  "^[a-z]{2}(-[A-Z]{2})?$",
  "^(foo|bar)*$",
  "^(?:[a-z]+\\.)*[a-z]+$",
  "^[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?(?:\\.[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?)*$",
  "^[^@\\s]+@[^@\\s]+$",
  "^(?=.*[a-z])(?=.*\\d).{8,}$",
  "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$",
  "\\d+",
  "a*",
  "abc",
  "[a-z]",
  "^\\p{L}+$",
  "^(a|b|c)+$",
  "^x*y*z*$",
  "^[0-9a-f]{64}$",
  "^(?:a{1,3}b)*$",
  "^$",
  "",
  "^/(?:[^/]+/)*$",
  "^(?!-)[a-z-]+$",
  "^(a?){1,100}$",
  "^a?a?a?a?b$",
  "^[+-]?\\d*\\.?\\d{1,3}(?:[eE][+-]?\\d{1,3})?$",
];

const exponential = [
  "^(a+)+$",
  "^(a*)*$",
  "^(a|a)*$",
  "^(a|ab|b)*$",
  "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
  "^(?:\\w+\\s?)*$",
  "(x+x+)+y",
  "^(.*)*$",
  "^(a?){100}$",
  "(?:a{1,30}){1,30}b",
  "^(?=(a+)+$)b",
  "^([a-z]+|[a-c]+)*$",
];

const quadratic = ["a+b", "^\\d+\\d+$", "[a-z]+@", "f.*o", ".*\\.json$", "^a.*b.*$"];

const cubic = ["^\\s*(.*?)\\s*$", "^.*a.*b.*$", "^(a*)(a*)(a*)$", "a+a+b"];

test.for(safe)("unsafe pattern: lets %s pass", (pattern) => {
  expect(findUnsafePattern(pattern, undefined)).toBeUndefined();
  expect(longestSafeText(pattern)).toBe(Infinity);
});

test.for(exponential)("unsafe pattern: finds that %s is exponential", (pattern) => {
  expect(findUnsafePattern(pattern, undefined)).toContain("exponentially");
  expect(findUnsafePattern(pattern, 100)).toContain("exponentially");
  expect(findUnsafePattern(pattern, 20)).toBeUndefined();
});

test.for(quadratic)("unsafe pattern: bounds the text for %s", (pattern) => {
  expect(findUnsafePattern(pattern, undefined)).toBeUndefined();
  expect(longestSafeText(pattern)).toBe(3_162);
});

test.for(cubic)("unsafe pattern: finds that %s is cubic", (pattern) => {
  expect(findUnsafePattern(pattern, undefined)).toContain("as power 3");
  expect(findUnsafePattern(pattern, 200)).toBeUndefined();
});

const intricate = [
  "^(a)\\1$",
  "^(?<x>a)\\k<x>$",
  "^(?:a?){16}(?:a?){16}(?:a?){16}b$",
  `^${"a?".repeat(40)}b$`,
];

test.for(intricate)("unsafe pattern: lets no %s pass that it cannot judge", (pattern) => {
  expect(findUnsafePattern(pattern, undefined)).toContain("too intricate");
  expect(findUnsafePattern(pattern, 20)).toBeUndefined();
});
