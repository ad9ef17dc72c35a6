import { LocalBroker } from "../broker/local/local-broker.js";
import type { CallArguments, PublishOptions } from "../contract/bus.js";
import type { AnyContract, EventContract } from "../contract/contract.js";
import type { ChannelListener, Listener } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";
import type { Failure } from "../error-hooks.js";
import { EventBus } from "../event-bus.js";

/** What came of one event that was delivered by hand. */
export interface Delivered {
  /** What the handler published through its context; none when it failed. */
  readonly published: readonly { readonly contract: AnyContract; readonly envelope: Envelope }[];
  /** What the handler threw, each time it was tried. */
  readonly failures: readonly Failure[];
}

/** Delivers one event to one listener, without a bus, and resolves when it is handled. @throws PublishError for an invalid payload */
export async function deliver<Payload, Parameters>(
  listener: Listener<Payload, Parameters> | ChannelListener,
  contract: EventContract<Payload, Parameters>,
  payload: NoInfer<Payload>,
  ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
): Promise<Delivered> {
  const failures: Failure[] = [];
  const published: { contract: AnyContract; envelope: Envelope }[] = [];
  const bus = new EventBus({ source: "test", broker: new LocalBroker() });
  bus.onError((failure) => void failures.push(failure));
  if ("contract" in listener) bus.listen(listener);
  else bus.listen(listener);
  bus.setDefaultListener((_, event) => void published.push(event));
  await bus.start();
  await bus.publish(contract, payload, ...rest);
  await bus.idle();
  await bus.close();
  return { published, failures };
}
