import { PayloadError } from "../errors.js";
import { assertBytes, assertReadable, assertWritable, type PayloadWay, tooDeep } from "./check-limits.js";
import { encodeText } from "./encode-text.js";
import { holdsJson, isPlainObject, isWellFormed, maxLevels } from "./holds-json.js";
import { bytesPerUnit, type Limits } from "./limits.js";
import type { Violation } from "./violation.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const writerLimits: Limits = { maxBytes: Number.POSITIVE_INFINITY, maxDepth: maxLevels };

/**
 * A value as UTF-8 JSON; no bytes for `undefined`. What JSON cannot hold is refused, never changed in silence: NaN and
 * infinities, `undefined` in arrays, functions, symbols, big integers, objects of classes, cycles, lone surrogates.
 * With limits, what breaks them is refused too: no reader would take it. With `isJson`, the value is known to be one
 * that JSON can hold, on no more levels than allowed.
 *
 * @throws PayloadError `PAYLOAD_INVALID` with the path of the first such value; `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`
 */
export function writeJson(
  contract: string,
  value: unknown,
  limits: Limits = writerLimits,
  isJson = false,
): Uint8Array {
  const text = writeJsonText(contract, value, limits, isJson);
  return text === "" ? new Uint8Array(0) : encodeText(text);
}

/** As {@link writeJson}, before it is put into bytes; no text for `undefined`. @throws PayloadError */
export function writeJsonText(contract: string, value: unknown, limits: Limits, isJson: boolean): string {
  if (value === undefined) return "";
  const way = { contract, direction: "publish" } as const;
  const text = isJson ? JSON.stringify(value) : stringify(value, limits, way);
  // Few texts have so many units that they need a look at their bytes.
  if (text.length * bytesPerUnit > limits.maxBytes) assertBytes(encodeText(text).length, limits, way);
  assertWritable(text, value, limits, way);
  return text;
}

function stringify(value: unknown, limits: Limits, way: PayloadWay): string {
  const levels = levelsWithin(limits);
  if (!holdsJson(value, levels, false)) throw notWritable(value, limits, way);
  const text = JSON.stringify(value);
  // A lone surrogate is written as an escape: only text that has such a thing in it needs a closer look.
  if (text.includes("\\ud") && !holdsJson(value, levels, true)) throw notWritable(value, limits, way);
  return text;
}

/** Levels of objects and arrays that may be written. */
export function levelsWithin({ maxDepth }: Limits): number {
  return Math.min(maxDepth, maxLevels);
}

/** Throws what {@link writeJson} would. @throws PayloadError `PAYLOAD_INVALID` */
export function assertJson(contract: string, value: unknown, isJson = false): void {
  if (isJson || value === undefined || holdsJson(value, maxLevels, true)) return;
  throw notWritable(value, writerLimits, { contract, direction: "publish" });
}

function notWritable(value: unknown, { maxDepth }: Limits, way: PayloadWay): PayloadError {
  const violation = findNotJson(value, "", 0);
  if (violation === undefined && !holdsJson(value, maxDepth, false)) return tooDeep(maxDepth, way);
  const { path, expected, got } = violation ?? notJson("", "a value that does not change while it is read");
  const where = path === "" ? "" : `${path}: `;
  const message = `cannot write ${way.contract} as JSON: ${where}expected ${expected}, got ${got}`;
  return new PayloadError("PAYLOAD_INVALID", message, {
    ...way,
    violation: { path, keyword: "json", expected, got },
  });
}

/**
 * A value from UTF-8 JSON; `undefined` from no bytes at all. The size is checked before parsing.
 *
 * @throws PayloadError `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`, `PAYLOAD_MALFORMED`, `PAYLOAD_INVALID` for what else
 * the limits do not allow
 */
export function readJson(contract: string, bytes: Uint8Array, limits: Limits): unknown {
  if (bytes.length === 0) return undefined;
  const way = { contract, direction: "receive" } as const;
  assertBytes(bytes.length, limits, way);
  const text = decode(bytes, way);
  const value = parse(text, way);
  // After parsing, which needs no stack: the value has far fewer steps than the text has characters.
  assertReadable(text, value, limits, way);
  return value;
}

function decode(bytes: Uint8Array, way: PayloadWay): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw malformed("expected UTF-8 text, got other bytes", way, cause);
  }
}

function parse(text: string, way: PayloadWay): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be anybody's secret: it is not kept.
    throw malformed("expected JSON, got other text", way);
  }
}

function malformed(problem: string, { contract, direction }: PayloadWay, cause?: unknown): PayloadError {
  const message = `cannot read ${contract}: ${problem}`;
  return new PayloadError("PAYLOAD_MALFORMED", message, { contract, direction, cause });
}

/** The first value that JSON cannot hold, with its path. */
function findNotJson(value: unknown, path: string, depth: number): Violation | undefined {
  if (typeof value === "string") {
    return !isWellFormed(value) ? notJson(path, "text with half a surrogate pair") : undefined;
  }
  if (typeof value !== "object" || value === null) {
    return holdsJson(value, 0, true) ? undefined : notJson(path, nameOf(value));
  }
  // Without its path, which has as many steps.
  if (depth >= maxLevels) return notJson("", "a cycle or too many levels");
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
