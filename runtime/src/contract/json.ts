import { PayloadError } from "../errors.js";
import type { Limits } from "./limits.js";
import type { Violation } from "./violation.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How deep a payload may be when it is written; deeper ones, and so cycles, are refused. */
const maxWriteDepth = 512;

/**
 * A value as UTF-8 JSON; no bytes for `undefined`. What JSON cannot hold is refused, never changed in silence: NaN and
 * infinities, `undefined` in arrays, functions, symbols, big integers, objects of classes, cycles, lone surrogates.
 *
 * @throws PayloadError `PAYLOAD_INVALID` with the path of the first such value
 */
export function writeJson(contract: string, value: unknown): Uint8Array {
  if (value === undefined) return new Uint8Array(0);
  if (!holdsJson(value, 0)) throw notWritable(contract, value);
  return encoder.encode(JSON.stringify(value));
}

/** Throws what {@link writeJson} would. @throws PayloadError `PAYLOAD_INVALID` */
export function assertJson(contract: string, value: unknown): void {
  if (value !== undefined && !holdsJson(value, 0)) throw notWritable(contract, value);
}

function notWritable(contract: string, value: unknown): PayloadError {
  const violation = findNotJson(value, "", 0) ?? notJson("", "a value that does not change while it is read");
  const where = violation.path === "" ? "" : `${violation.path}: `;
  return new PayloadError(
    "PAYLOAD_INVALID",
    `cannot write ${contract} as JSON: ${where}expected ${violation.expected}, got ${violation.got}`,
    { contract, direction: "publish", violation },
  );
}

/**
 * A value from UTF-8 JSON; `undefined` from no bytes at all. Size and depth are checked before parsing.
 *
 * @throws PayloadError `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`, `PAYLOAD_MALFORMED`
 */
export function readJson(contract: string, bytes: Uint8Array, limits: Limits): unknown {
  if (bytes.length === 0) return undefined;
  const refuse = (code: PayloadError["code"], problem: string, cause?: unknown): PayloadError =>
    new PayloadError(code, `cannot read ${contract}: ${problem}`, { contract, direction: "receive", cause });
  if (bytes.length > limits.maxBytes) {
    throw refuse("PAYLOAD_TOO_LARGE", `expected at most ${limits.maxBytes} bytes, got ${bytes.length}`);
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw refuse("PAYLOAD_MALFORMED", "expected UTF-8 text, got other bytes", cause);
  }
  if (exceedsDepth(text, limits.maxDepth)) {
    throw refuse(
      "PAYLOAD_TOO_DEEP",
      `expected at most ${limits.maxDepth} levels of objects and arrays, got more`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be anybody's secret: it is not kept.
    throw refuse("PAYLOAD_MALFORMED", "expected JSON, got other text");
  }
}

/** Whether JSON can hold a value as it is. */
function holdsJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return isWellFormed(value);
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth < maxWriteDepth && holdsJsonInside(value, depth + 1));
    default:
      return false;
  }
}

function holdsJsonInside(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    // By index: a hole is `undefined`, which JSON would turn into null.
    for (let index = 0; index < value.length; index++) {
      if (!holdsJson(value[index], depth)) return false;
    }
    return true;
  }
  if (!isPlainObject(value)) return false;
  for (const name in value) {
    const member: unknown = value[name];
    if ((member !== undefined && !holdsJson(member, depth)) || !isWellFormed(name)) return false;
  }
  return true;
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null)
    return false;
  return !("toJSON" in value && typeof value.toJSON === "function");
}

/** The engine's own test where there is one: it is many times faster. */
const nativeTest: unknown = Reflect.get(String.prototype, "isWellFormed");

/** Whether no surrogate stands alone. */
const isWellFormed: (text: string) => boolean =
  typeof nativeTest === "function"
    ? (text) => nativeTest.call(text) === true
    : (text) => !/\p{Surrogate}/u.test(text);

/** The first value that JSON cannot hold, with its path. */
function findNotJson(value: unknown, path: string, depth: number): Violation | undefined {
  if (typeof value === "string") {
    return !isWellFormed(value) ? notJson(path, "text with half a surrogate pair") : undefined;
  }
  if (typeof value !== "object" || value === null) {
    return holdsJson(value, depth) ? undefined : notJson(path, nameOf(value));
  }
  if (depth >= maxWriteDepth) return notJson(path, "a cycle or too many levels");
  if (!Array.isArray(value) && !isPlainObject(value)) return notJson(path, "an object of a class");
  const isArray = Array.isArray(value);
  for (const [name, member] of isArray ? value.entries() : Object.entries(value)) {
    if (member === undefined && !isArray) continue;
    const inside = `${path}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (typeof name === "string" && !isWellFormed(name)) {
      return notJson(path, "a member name with half a surrogate pair");
    }
    const violation = findNotJson(member, inside, depth + 1);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function nameOf(value: unknown): string {
  if (typeof value === "number") return Number.isNaN(value) ? "NaN" : "an infinite number";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}

function notJson(path: string, got: string): Violation {
  return { path, keyword: "json", expected: "a value that JSON can hold", got };
}

/** Whether brackets nest deeper than `maxDepth`; brackets inside strings do not count. */
function exceedsDepth(text: string, maxDepth: number): boolean {
  // Text with few brackets cannot be deep; counting them stops as soon as there are too many.
  return countBrackets(text, maxDepth) > maxDepth && deepestLevel(text, maxDepth) > maxDepth;
}

function countBrackets(text: string, enough: number): number {
  let count = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1 && count <= enough; at = text.indexOf(bracket, at + 1))
      count++;
  }
  return count;
}

function deepestLevel(text: string, enough: number): number {
  let level = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= enough; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x22) at = endOfString(text, at);
    else if (character === 0x7b || character === 0x5b) deepest = Math.max(deepest, ++level);
    else if (character === 0x7d || character === 0x5d) level--;
  }
  return deepest;
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
