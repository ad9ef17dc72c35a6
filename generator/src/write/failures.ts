import { getSystemErrorMap } from "node:util";
import { UsageError } from "../errors.js";

/** Runs `work`; what the operating system refuses becomes a {@link UsageError}: `ACTION: PATH: permission denied`. */
export function namingFailures<T>(action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = systemReason(error);
    throw reason === undefined ? error : new UsageError(`${action}: ${reason}`, { cause: error });
  }
}

/** `permission denied` and the like when the operating system refused something, else undefined. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("errno" in error) || typeof error.errno !== "number") return undefined;
  return getSystemErrorMap().get(error.errno)?.[1];
}

/** Runs a step whose failure does no harm; false when it failed. */
export function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
