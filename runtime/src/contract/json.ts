import { PayloadError } from "../errors.js";
import { assertBytes, assertLimits } from "./check-limits.js";
import type { Limits } from "./limits.js";
import type { Violation } from "./violation.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How deep a payload may be when it is written; deeper ones, and so cycles, are refused. */
const maxWriteDepth = 512;

/**
 * A value as UTF-8 JSON; no bytes for `undefined`. What JSON cannot hold is refused, never changed in silence: NaN and
 * infinities, `undefined` in arrays, functions, symbols, big integers, objects of classes, cycles, lone surrogates.
 * With limits, what breaks them is refused too: no reader would take it.
 *
 * @throws PayloadError `PAYLOAD_INVALID` with the path of the first such value; `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`
 */
export function writeJson(contract: string, value: unknown, limits?: Limits): Uint8Array {
  if (value === undefined) return new Uint8Array(0);
  if (!holdsJson(value, anyText, 0)) throw notWritable(contract, value);
  const text = JSON.stringify(value);
  // A lone surrogate is written as an escape: only text that has such a thing in it needs a closer look.
  if (text.includes("\\ud") && !holdsJson(value, isWellFormed, 0)) throw notWritable(contract, value);
  const bytes = encoder.encode(text);
  if (limits === undefined) return bytes;
  const payload = { contract, direction: "publish", text, value } as const;
  assertBytes(bytes.length, limits, payload);
  assertLimits(payload, limits);
  return bytes;
}

/** Throws what {@link writeJson} would. @throws PayloadError `PAYLOAD_INVALID` */
export function assertJson(contract: string, value: unknown): void {
  if (value !== undefined && !holdsJson(value, isWellFormed, 0)) throw notWritable(contract, value);
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
 * A value from UTF-8 JSON; `undefined` from no bytes at all. The size is checked before parsing.
 *
 * @throws PayloadError `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`, `PAYLOAD_MALFORMED`, `PAYLOAD_INVALID` for what else
 * the limits do not allow
 */
export function readJson(contract: string, bytes: Uint8Array, limits: Limits): unknown {
  if (bytes.length === 0) return undefined;
  const payload = { contract, direction: "receive" } as const;
  const malformed = (problem: string, cause?: unknown): PayloadError =>
    new PayloadError("PAYLOAD_MALFORMED", `cannot read ${contract}: ${problem}`, { ...payload, cause });
  assertBytes(bytes.length, limits, payload);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw malformed("expected UTF-8 text, got other bytes", cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be anybody's secret: it is not kept.
    throw malformed("expected JSON, got other text");
  }
  // After parsing, which needs no stack: the value has far fewer steps than the text has characters.
  assertLimits({ ...payload, text, value }, limits);
  return value;
}

type TextTest = (text: string) => boolean;

const anyText: TextTest = () => true;

/** Whether JSON can hold a value as it is; `test` judges texts and names. */
function holdsJson(value: unknown, test: TextTest, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return test(value);
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth < maxWriteDepth && holdsJsonInside(value, test, depth + 1));
    default:
      return false;
  }
}

function holdsJsonInside(value: object, test: TextTest, depth: number): boolean {
  if (Array.isArray(value)) {
    // By index: a hole is `undefined`, which JSON would turn into null.
    for (let index = 0; index < value.length; index++) {
      if (!holdsJson(value[index], test, depth)) return false;
    }
    return true;
  }
  if (!isPlainObject(value)) return false;
  for (const name in value) {
    const member: unknown = value[name];
    if ((member !== undefined && !holdsJson(member, test, depth)) || !test(name)) return false;
  }
  return true;
}

function isPlainObject(value: object): value is { readonly [name: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain =
    prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && !("toJSON" in value && typeof value.toJSON === "function");
}

/** The engine's own test where there is one: it is many times faster. */
const nativeTest: unknown = Reflect.get(String.prototype, "isWellFormed");

/** Whether no surrogate stands alone. */
const isWellFormed: TextTest =
  typeof nativeTest === "function"
    ? (text) => nativeTest.call(text) === true
    : (text) => !/\p{Surrogate}/u.test(text);

/** The first value that JSON cannot hold, with its path. */
function findNotJson(value: unknown, path: string, depth: number): Violation | undefined {
  if (typeof value === "string") {
    return !isWellFormed(value) ? notJson(path, "text with half a surrogate pair") : undefined;
  }
  if (typeof value !== "object" || value === null) {
    return holdsJson(value, isWellFormed, depth) ? undefined : notJson(path, nameOf(value));
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
