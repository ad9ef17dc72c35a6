import type { Broker, BrokerSubscription } from "./broker/broker.js";
import type { LifecycleParts } from "./lifecycle.js";
import type { ActiveListener } from "./listener/active-listener.js";

/** Lets all take a channel's events from other brokers, publishes there, and leaves the old ones once they are empty. */
export async function moveChannel(
  { listeners, routes, publisher }: LifecycleParts,
  channel: string,
  brokers: readonly Broker[],
): Promise<void> {
  const left: (readonly [ActiveListener, readonly BrokerSubscription[]])[] = [];
  for (const listener of listeners.active) {
    left.push([listener, listener.sourcesOf(channel)]);
    if (brokers.length > 1) listener.runner.rememberIds();
    await listener.openOn(channel, brokers);
  }
  routes.move(channel, brokers);
  publisher.forgetRoutes();
  for (const [listener, sources] of left) {
    await listener.runner.drained();
    for (const source of sources) await listener.leave(source);
  }
}
