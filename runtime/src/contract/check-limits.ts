import { PayloadError } from "../errors.js";
import { pointer } from "../validation/fail.js";
import type { Limits } from "./limits.js";
import type { Violation } from "./violation.js";

/** Whose payload, and on which way. */
export interface PayloadWay {
  readonly contract: string;
  readonly direction: "publish" | "receive";
}

/** @throws PayloadError `PAYLOAD_TOO_LARGE` */
export function assertBytes(bytes: number, { maxBytes }: Limits, way: PayloadWay): void {
  if (bytes > maxBytes) throw refusal("PAYLOAD_TOO_LARGE", way, `${maxBytes} bytes, got ${bytes}`);
}

/**
 * Holds a value that was read to all limits but that of its bytes; `text` is its JSON.
 *
 * @throws PayloadError `PAYLOAD_TOO_DEEP`, `PAYLOAD_TOO_LARGE`, `PAYLOAD_INVALID` with the path of what breaks a limit
 */
export function assertReadable(text: string, value: unknown, limits: Limits, way: PayloadWay): void {
  const { maxDepth } = limits;
  if (mayBeDeeper(text, maxDepth) && isContainer(value) && isDeeper(value, maxDepth))
    throw tooDeep(maxDepth, way);
  if (limits.uniqueKeys === true) assertUniqueKeys(text, value, way);
  assertWritable(text, value, limits, way);
}

/** As for a value that was read, but for what comes out right when JSON is written. @throws PayloadError */
export function assertWritable(text: string, value: unknown, limits: Limits, way: PayloadWay): void {
  const { maxItems = Number.POSITIVE_INFINITY, safeIntegers } = limits;
  // Each item takes two characters at least: most payloads need no count.
  if (text.length > 2 * maxItems && countInside(value, true) > maxItems) {
    throw refusal("PAYLOAD_TOO_LARGE", way, `${maxItems} members and items, got more`);
  }
  if (safeIntegers === true) assertSafeIntegers(value, way);
}

export function tooDeep(levels: number, way: PayloadWay): PayloadError {
  return refusal("PAYLOAD_TOO_DEEP", way, `${levels} levels of objects and arrays, got more`);
}

function assertUniqueKeys(text: string, value: unknown, way: PayloadWay): void {
  if (countNames(text) <= countInside(value, false)) return;
  const expected = "each member of an object once";
  throw invalid(way, { path: "", keyword: "uniqueKeys", expected, got: "one twice" });
}

function assertSafeIntegers(value: unknown, way: PayloadWay): void {
  const path = findUnsafeInteger(value);
  if (path === undefined) return;
  const expected = "an integer that JavaScript can tell from its neighbours";
  throw invalid(way, { path, keyword: "safeIntegers", expected, got: "a larger one" });
}

function refusal(
  code: PayloadError["code"],
  { contract, direction }: PayloadWay,
  atMost: string,
): PayloadError {
  const message = `cannot ${verbs[direction]} ${contract}: expected at most ${atMost}`;
  return new PayloadError(code, message, { contract, direction });
}

function invalid({ contract, direction }: PayloadWay, violation: Violation): PayloadError {
  const where = violation.path === "" ? "" : `${violation.path}: `;
  const message = `cannot ${verbs[direction]} ${contract}: ${where}expected ${violation.expected}, got ${violation.got}`;
  return new PayloadError("PAYLOAD_INVALID", message, { contract, direction, violation });
}

const verbs = { publish: "write", receive: "read" } as const;

/** Text in which few objects and arrays start cannot be deep: most payloads need no closer look. */
function mayBeDeeper(text: string, levels: number): boolean {
  // Each level takes two characters at least.
  if (text.length <= 2 * levels) return false;
  let starts = 0;
  for (let at = text.indexOf("{"); at !== -1; at = text.indexOf("{", at + 1)) {
    if (mayStartObject(text.charCodeAt(at + 1)) && ++starts > levels) return true;
  }
  for (let at = text.indexOf("["); at !== -1; at = text.indexOf("[", at + 1)) {
    if (++starts > levels) return true;
  }
  return false;
}

/** Behind the brace of an object stands a name, its end or space: others, as in `{/id}`, are mere text. */
function mayStartObject(next: number): boolean {
  return next === 0x22 || next === 0x7d || next <= 0x20;
}

/**
 * Whether objects and arrays stand in each other on more than so many levels. By name and index: lists of the members
 * would cost several times as much, for each payload that many objects are in. Called for these only, as most members
 * are neither.
 */
function isDeeper(container: Container, levels: number): boolean {
  if (levels === 0) return true;
  if (Array.isArray(container)) {
    for (let index = 0; index < container.length; index++) {
      const item: unknown = container[index];
      if (isContainer(item) && isDeeper(item, levels - 1)) return true;
    }
    return false;
  }
  for (const name in container) {
    const member = container[name];
    if (isContainer(member) && isDeeper(member, levels - 1)) return true;
  }
  return false;
}

/** Members of all objects, and with `items` those of all arrays. */
function countInside(value: unknown, items: boolean): number {
  if (!isContainer(value)) return 0;
  const inside: readonly unknown[] = Object.values(value);
  const own = items || !Array.isArray(value) ? inside.length : 0;
  return inside.reduce((count: number, member) => count + countInside(member, items), own);
}

/** The strings in JSON text that a colon follows: the names of members. */
function countNames(text: string): number {
  const colon = /[ \t\n\r]*:/y;
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', colon.lastIndex)) {
    const next = endOfString(text, start) + 1;
    colon.lastIndex = next;
    if (colon.test(text)) count += 1;
    else colon.lastIndex = next;
  }
  return count;
}

/** Index of the quote that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x5c) at++;
    else if (character === 0x22) return at;
  }
  return text.length;
}

/** The path of an integer, however it is written, that other integers look like. */
function findUnsafeInteger(value: unknown): string | undefined {
  if (typeof value === "number") {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? "" : undefined;
  }
  if (!isContainer(value)) return undefined;
  for (const name in value) {
    const path = findUnsafeInteger(value[name]);
    if (path !== undefined) return pointer(name) + path;
  }
  return undefined;
}

/** An object or array. */
interface Container {
  readonly [name: string]: unknown;
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}
