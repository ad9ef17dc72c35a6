import type { DeadLetter } from "../broker.js";
import type { Message } from "../message.js";

/** What a header of a message can hold without the others becoming too long together. */
const longestText = 2_000;

/** All of a dead letter but the message, as JSON for one header. */
export function writeDeadLetter({ message: _, error, ...letter }: DeadLetter): string {
  if (error === undefined) return JSON.stringify(letter);
  const { name, message, code, stack } = error;
  const short = {
    name: name.slice(0, 100),
    message: message.slice(0, longestText),
    ...(code === undefined ? {} : { code: code.slice(0, 100) }),
    ...(stack === undefined ? {} : { stack: stack.slice(0, longestText) }),
  };
  return JSON.stringify({ ...letter, error: short });
}

/**
 * A dead letter as it lies in its queue. What the server itself put there, because a policy of its operator said so, has
 * no header of ours.
 */
export function readDeadLetter(
  header: unknown,
  message: Message,
  listener: string,
  position: number,
): DeadLetter {
  const stored = typeof header === "string" ? parse(header) : {};
  const text = (name: string, otherwise: string): string => {
    const value = stored[name];
    return typeof value === "string" ? value : otherwise;
  };
  const { time = "" } = message.attributes;
  const error = errorIn(stored.error);
  return {
    id: text("id", message.attributes.id ?? `number ${position}`),
    reason: text("reason", "failed"),
    listener: text("listener", listener),
    channel: text("channel", message.channel),
    ...(error === undefined ? {} : { error }),
    attempts: typeof stored.attempts === "number" ? stored.attempts : 0,
    firstFailedAt: text("firstFailedAt", time),
    failedAt: text("failedAt", time),
    instance: text("instance", ""),
    message,
  };
}

function errorIn(value: unknown): DeadLetter["error"] | undefined {
  if (!isRecord(value)) return undefined;
  const { name, message, code, stack } = value;
  return {
    name: typeof name === "string" ? name : "unknown",
    message: typeof message === "string" ? message : "",
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof stack === "string" ? { stack } : {}),
  };
}

function parse(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
