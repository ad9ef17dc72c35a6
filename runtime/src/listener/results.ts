import type { Clock } from "../clock.js";
import type { HandlerResult } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";

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

/** Stands for the result of a handler that was not called any more. */
export const expired: HandlerResult = { kind: "drop", reason: "expired" };

/** Whether the time is over that a publisher gave an event, of ours or of another producer. */
export function isOver({ headers: { expirytime } }: Envelope, clock: Clock): boolean {
  return expirytime !== undefined && Date.parse(expirytime) <= clock.now();
}

export function isHandlerResult(value: unknown): value is HandlerResult {
  return typeof value === "object" && value !== null && "kind" in value && kinds.has(value.kind);
}
