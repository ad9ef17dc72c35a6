import type { Broker, Support } from "./broker/broker.js";
import { BusError } from "./errors.js";
import type { ResolvedListener } from "./listener/registration.js";
import type { Routes } from "./routes.js";

/**
 * Holds what a listener asks for against what its brokers can do.
 *
 * @throws BusError `FEATURE_MISSING` with the way out
 */
export function checkFeatures(listener: ResolvedListener, routes: Routes): void {
  for (const contract of listener.handlers.keys()) {
    const { channel } = contract;
    for (const broker of routes.of(channel.name)) {
      const problem = findMissing(listener, channel.durable, broker);
      if (problem === undefined) continue;
      throw new BusError(
        "FEATURE_MISSING",
        `cannot listen to ${contract.name} as ${listener.name}: the ${broker.name} broker ${problem}`,
      );
    }
  }
}

function findMissing(listener: ResolvedListener, durable: boolean, { features }: Broker): string | undefined {
  const lacks = (support: Support): boolean => support === "none" || (support === "durable" && !durable);
  const way = durable ? "use another broker" : "make the channel durable";
  if (durable && !features.durable)
    return "keeps no events of durable channels; use another broker for this channel";
  if (listener.exclusive && lacks(features.exclusive))
    return `cannot keep all instances but one waiting; ${way}, or set exclusive to false`;
  if (listener.from === "start" && lacks(features.replay)) {
    const keeps = durable ? "set what the broker retains, or use another one" : way;
    return `keeps no events for listeners to come; ${keeps}, or set from to "now"`;
  }
  if (listener.expired === "deadLetter" && lacks(features.deadLetter))
    return `keeps no dead letters; ${way}, or set expired to "drop"`;
  if (listener.kind !== "event") return features.requestReply ? undefined : "carries no commands and queries";
  if (listener.scope === "group" && lacks(features.groups))
    return `gives every instance a copy; ${way}, or set scope to "broadcast"`;
  if (listener.scope === "broadcast" && lacks(features.broadcast))
    return 'cannot broadcast; set scope to "group"';
  if (listener.retry !== undefined && listener.retry.delayed > 0 && lacks(features.nackDelay))
    return `cannot give an event again later; ${way}, or set retry.delayed to 0`;
  return undefined;
}
