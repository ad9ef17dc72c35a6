import type { Broker, BrokerFeatures, Support } from "../broker/broker.js";
import type { PublishOptions } from "../contract/bus.js";
import type { AnyContract } from "../contract/contract.js";
import { notSent } from "../errors.js";

/** A century: beyond it the year would need more than four digits. */
const longestMs = 36_525 * 86_400_000;

/** Options that a broker must be able to heed, and what it does not do without its feature. */
const asked = [
  ["delayMs", "delay", "delays no events"],
  ["priority", "priority", "knows no priorities"],
] as const satisfies readonly (readonly [keyof PublishOptions, keyof BrokerFeatures, string])[];

/**
 * Holds what the caller asks for against its bounds, and against what the brokers of the channel can do.
 *
 * @throws PublishError `PUBLISH_INVALID`, `PUBLISH_UNSUPPORTED`
 */
export function checkPublishOptions(
  contract: AnyContract,
  options: PublishOptions,
  brokers: readonly Broker[],
): void {
  assertWithin(contract, options, "delayMs", 0, longestMs);
  assertWithin(contract, options, "expiresAfterMs", 1, longestMs);
  assertWithin(contract, options, "priority", 0, 9);
  for (const [option, feature, lack] of asked) {
    if (options[option] === undefined) continue;
    const unable = brokers.find(({ features }) => lacks(features[feature], contract));
    if (unable === undefined) continue;
    const { durable } = contract.channel;
    const where = durable ? "" : " of channels that are not durable";
    const way = durable || unable.features[feature] === "none" ? "use another broker" : "make it durable";
    const why = `the ${unable.name} broker ${lack}${where}; ${way}`;
    throw notSent("PUBLISH_UNSUPPORTED", `${contract.name} with ${option}`, why);
  }
}

function lacks(support: Support, { channel }: AnyContract): boolean {
  return support === "none" || (support === "durable" && !channel.durable);
}

function assertWithin(
  { name }: AnyContract,
  options: PublishOptions,
  option: "delayMs" | "expiresAfterMs" | "priority",
  least: number,
  most: number,
): void {
  const value = options[option];
  if (value === undefined || (value >= least && value <= most)) return;
  const why = `${option}: expected a number from ${least} to ${most}, got ${value}`;
  throw notSent("PUBLISH_INVALID", name, why);
}
