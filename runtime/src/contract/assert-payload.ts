import { PayloadError } from "../errors.js";
import type { Closed } from "../validation/writing.js";
import type { Validator, Violation } from "./violation.js";

/** @throws PayloadError `PAYLOAD_INVALID` with the first violation */
export function assertPayload(
  contract: string,
  validator: Validator | undefined,
  value: unknown,
  direction: "publish" | "receive",
): void {
  assertValid(contract, direction, checkPayload(validator, value, direction === "publish"));
}

/** Throws what was found, if anything was. @throws PayloadError `PAYLOAD_INVALID` */
export function assertValid(
  contract: string,
  direction: "publish" | "receive",
  violation: Violation | undefined,
): void {
  if (violation === undefined) return;
  const where = violation.path === "" ? "" : `${violation.path}: `;
  throw new PayloadError(
    "PAYLOAD_INVALID",
    `invalid ${contract}: ${where}expected ${violation.expected}, got ${violation.got}`,
    { contract, direction, violation },
  );
}

/** What is wrong with a payload; `closed` as its writer sees it. */
export function checkPayload(
  validator: Validator | undefined,
  value: unknown,
  closed: Closed,
): Violation | undefined {
  if (validator !== undefined) return within(validator, value, closed);
  if (value === undefined) return undefined;
  return { path: "", keyword: "payload", expected: "no payload", got: "a value" };
}

/** Where a schema leads back to itself, a value without an end takes its validator to the end of the stack. */
function within(validator: Validator, value: unknown, closed: Closed): Violation | undefined {
  try {
    return validator(value, closed);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { path: "", keyword: "depth", expected: "fewer levels", got: "a cycle or too many levels" };
  }
}
