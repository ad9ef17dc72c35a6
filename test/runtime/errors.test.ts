import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as runtime from "@eventwright/runtime";
import { type ErrorCode, EventwrightError, errorCodes, PublishError } from "@eventwright/runtime";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

function sources(): string {
  const folder = join(root, "runtime/src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith("errors.ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

test("errors: the docs list exactly the codes that there are", () => {
  const docs = readFileSync(join(root, "docs/errors.md"), "utf8");
  const documented = Array.from(docs.matchAll(/^\| `([A-Z_]+)` \|/gm), (match) => match[1]);
  expect(documented.toSorted()).toEqual([...errorCodes].toSorted());
  expect(new Set(documented).size).toBe(documented.length);
});

test("errors: every code is used, and every code used is listed", () => {
  const text = sources();
  const unused = errorCodes.filter((code) => !text.includes(`"${code}"`));
  expect(unused).toEqual([]);
  const prefixes = [...new Set(errorCodes.map((code) => code.split("_")[0]))].join("|");
  const used = new Set(
    Array.from(text.matchAll(new RegExp(`"((?:${prefixes})_[A-Z_]+)"`, "g")), (match) => match[1]),
  );
  const listed: ReadonlySet<string | undefined> = new Set(errorCodes);
  expect([...used].filter((code) => !listed.has(code))).toEqual([]);
});

test("errors: each class has its name, one base, and a code", () => {
  const classes = Object.entries(runtime).filter(
    ([name]) => name.endsWith("Error") && name !== "EventwrightError",
  );
  expect(classes.length).toBeGreaterThanOrEqual(6);
  for (const [name, value] of classes) {
    if (typeof value !== "function") throw new Error(`${name} is no class`);
    expect(value.prototype).toBeInstanceOf(EventwrightError);
  }
  const cause = new Error("why");
  const error = new PublishError("PUBLISH_FULL", "cannot publish X: full", { outcome: "refused", cause });
  const code: ErrorCode = error.code;
  expect([error.name, code, error.cause, error.accepted]).toEqual([
    "PublishError",
    "PUBLISH_FULL",
    cause,
    [],
  ]);
});

test("errors: messages are one sentence, in lower case, without a full stop", () => {
  const messages = Array.from(
    sources().matchAll(/new (?:\w+Error)\(\s*"[A-Z_]+",\s*["`]([^"`]+)["`]/g),
    (match) => match[1] ?? "",
  );
  expect(messages.length).toBeGreaterThan(20);
  for (const message of messages) {
    expect(message).toMatch(/^(?:[a-z]|\$\{)/);
    expect(message).not.toMatch(/\.$/);
  }
});
