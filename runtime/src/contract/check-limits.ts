import { PayloadError } from "../errors.js";
import { pointer } from "../validation/fail.js";
import type { Limits } from "./limits.js";
import type { Violation } from "./violation.js";

/** A payload on its way to or from bytes. */
export interface PayloadText {
  readonly contract: string;
  readonly direction: "publish" | "receive";
  /** The JSON text of `value`. */
  readonly text: string;
  readonly value: unknown;
}

/** Whose payload, and on which way. */
type Payload = Pick<PayloadText, "contract" | "direction">;

/** @throws PayloadError `PAYLOAD_TOO_LARGE` */
export function assertBytes(bytes: number, { maxBytes }: Limits, payload: Payload): void {
  if (bytes > maxBytes) throw refusal("PAYLOAD_TOO_LARGE", payload, `${maxBytes} bytes, got ${bytes}`);
}

/** @throws PayloadError `PAYLOAD_TOO_DEEP`, `PAYLOAD_TOO_LARGE`, `PAYLOAD_INVALID` with the path of what breaks a limit */
export function assertLimits(payload: PayloadText, limits: Limits): void {
  const { text, value } = payload;
  const { maxDepth, maxItems = Number.POSITIVE_INFINITY } = limits;
  if (hasManyBrackets(text, maxDepth) && isDeeper(value, maxDepth)) {
    throw refusal("PAYLOAD_TOO_DEEP", payload, `${maxDepth} levels of objects and arrays, got more`);
  }
  // Each item takes two characters at least: most payloads need no count.
  if (text.length > 2 * maxItems && countInside(value, true) > maxItems) {
    throw refusal("PAYLOAD_TOO_LARGE", payload, `${maxItems} members and items, got more`);
  }
  if (limits.uniqueKeys && countNames(text) > countInside(value, false)) {
    throw invalid(payload, {
      path: "",
      keyword: "uniqueKeys",
      expected: "each member of an object once",
      got: "one twice",
    });
  }
  const path = limits.safeIntegers ? findUnsafeInteger(value) : undefined;
  if (path !== undefined) {
    const expected = "an integer that JavaScript can tell from its neighbours";
    throw invalid(payload, { path, keyword: "safeIntegers", expected, got: "a larger one" });
  }
}

function refusal(code: PayloadError["code"], { contract, direction }: Payload, atMost: string): PayloadError {
  const message = `cannot ${verbs[direction]} ${contract}: expected at most ${atMost}`;
  return new PayloadError(code, message, { contract, direction });
}

function invalid({ contract, direction }: Payload, violation: Violation): PayloadError {
  const where = violation.path === "" ? "" : `${violation.path}: `;
  const message = `cannot ${verbs[direction]} ${contract}: ${where}expected ${violation.expected}, got ${violation.got}`;
  return new PayloadError("PAYLOAD_INVALID", message, { contract, direction, violation });
}

const verbs = { publish: "write", receive: "read" } as const;

/** Text with few brackets cannot be deep: most payloads need no closer look. */
function hasManyBrackets(text: string, levels: number): boolean {
  let count = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > levels) return true;
    }
  }
  return false;
}

/** Whether objects and arrays stand in each other on more than so many levels. */
function isDeeper(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  if (levels === 0) return true;
  for (const name in value) {
    const member = value[name];
    if (typeof member === "object" && isDeeper(member, levels - 1)) return true;
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
function isContainer(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null;
}
