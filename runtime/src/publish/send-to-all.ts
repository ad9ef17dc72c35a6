import { PublishError } from "../errors.js";
import type { Handover, SendOptions } from "./handover.js";
import type { LiveMessage } from "./live-message.js";

/** Sends a copy to each of several brokers. @throws PublishError `PUBLISH_PARTLY` when some took it and some did not */
export async function sendToAll(
  windows: readonly Handover[],
  message: LiveMessage,
  options: SendOptions,
): Promise<void> {
  const results = await Promise.allSettled(
    windows.map(async (window) => window.send(message.copy(), options)),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return;
  const named = (status: "fulfilled" | "rejected"): string[] =>
    windows.filter((_, index) => results[index]?.status === status).map((window) => window.broker.name);
  const accepted = named("fulfilled");
  if (accepted.length === 0) throw failed.reason;
  throw new PublishError(
    "PUBLISH_PARTLY",
    `cannot publish ${message.contract.name} to all brokers: ${accepted.join(", ")} took it, ${named("rejected").join(", ")} did not`,
    { outcome: "unknown", cause: failed.reason, accepted },
  );
}
