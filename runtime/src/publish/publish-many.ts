import type { PublishOptions } from "../contract/bus.js";

/** As for one event; `id` and `time` are made for each. */
export interface PublishManyOptions extends Omit<PublishOptions, "id" | "time"> {
  /** One after the other, or side by side. @default "parallel" */
  readonly mode?: "sequential" | "parallel";
}

/** Publishes all payloads; one result for each, in their order. A failure stops no other. */
export async function publishEach<Payload, Result>(
  payloads: readonly Payload[],
  mode: "sequential" | "parallel",
  publish: (payload: Payload) => Promise<Result>,
): Promise<readonly PromiseSettledResult<Result>[]> {
  if (mode === "parallel") return Promise.allSettled(payloads.map(publish));
  const results: PromiseSettledResult<Result>[] = [];
  for (const payload of payloads) results.push(...(await Promise.allSettled([publish(payload)])));
  return results;
}
