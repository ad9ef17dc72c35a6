import type { HandlerResult } from "../contract/listener.js";

/** Ask for another try, whatever the retry policy says. */
export function retry(options: { readonly afterMs: number }): HandlerResult {
  return { kind: "retry", afterMs: options.afterMs };
}

/** Put the event to the dead letters at once. */
export function deadLetter(reason: string): HandlerResult {
  return { kind: "deadLetter", reason };
}

/** Acknowledge the event without having handled it. */
export function drop(reason: string): HandlerResult {
  return { kind: "drop", reason };
}

const kinds: ReadonlySet<unknown> = new Set<HandlerResult["kind"]>(["retry", "deadLetter", "drop"]);

export function isHandlerResult(value: unknown): value is HandlerResult {
  return typeof value === "object" && value !== null && "kind" in value && kinds.has(value.kind);
}
