import type { DeadLetterStore } from "../broker/broker.js";
import type { Channel } from "../contract/channel.js";
import { PublishError } from "../errors.js";
import type { Routes } from "../routes.js";

export interface ReplayTo {
  readonly stores: readonly DeadLetterStore[];
  readonly routes: Routes;
  readonly listener: string;
  /** Of the dead letter. */
  readonly id: string;
  readonly channel: Channel<unknown>;
  readonly parameters: unknown;
}

/** Sends a dead letter to another channel, and discards it once it was taken. False when there is none. @throws PublishError */
export async function replayTo({
  stores,
  routes,
  listener,
  id,
  channel,
  parameters,
}: ReplayTo): Promise<boolean> {
  const address = channel.fill(parameters);
  if (typeof address !== "string") {
    const problem = `${address.path}: expected ${address.expected}, got ${address.got}`;
    throw new PublishError("PUBLISH_INVALID", `cannot replay to ${channel.name}: parameters ${problem}`, {
      outcome: "refused",
    });
  }
  for (const store of stores) {
    const letter = (await store.list(listener)).find((one) => one.id === id);
    if (letter === undefined) continue;
    const { kind, type, attributes, body } = letter.message;
    const message = {
      address,
      channel: channel.name,
      durable: channel.durable,
      kind,
      type,
      attributes,
      body,
    };
    for (const broker of routes.of(channel.name)) {
      const flags = { isReplay: true, expectsReply: false, cancelled: false, written: false };
      await broker.publish({ ...message, ...flags });
    }
    return store.discard(listener, id);
  }
  return false;
}
