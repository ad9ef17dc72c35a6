import type { Broker, BrokerHost, BrokerSubscription, Delivery, OutgoingMessage } from "@eventwright/runtime";
import { DelegatingBroker, type OnDelivery } from "@eventwright/runtime/testing";
import type { Flaw } from "./plan.js";

/** The broker with one promise broken. */
export function breakBroker(broker: Broker, flaw: Flaw): Broker {
  switch (flaw) {
    case "acknowledges early":
      return new AcknowledgingEarly(broker);
    case "resolves early":
      return new ResolvingEarly(broker);
    case "forgets to resubscribe":
      return new Forgetting(broker);
  }
}

class AcknowledgingEarly extends DelegatingBroker {
  protected override deliver(
    delivery: Delivery,
    subscription: BrokerSubscription,
    onDelivery: OnDelivery,
  ): void {
    subscription.ack(delivery);
    onDelivery(delivery, subscription);
  }
}

class ResolvingEarly extends DelegatingBroker {
  override publish(message: OutgoingMessage): Promise<void> {
    const send = async (): Promise<void> => super.publish(message);
    void send().catch(() => {});
    return Promise.resolve();
  }
}

class Forgetting extends DelegatingBroker {
  #wasLost = false;

  override connect(host: BrokerHost): Promise<void> {
    return super.connect({
      onStatus: (status, cause) => {
        if (status === "reconnecting") this.#wasLost = true;
        host.onStatus(status, cause);
      },
      onReply: (message) => host.onReply(message),
      onReport: (error) => host.onReport(error),
    });
  }

  protected override deliver(
    delivery: Delivery,
    subscription: BrokerSubscription,
    onDelivery: OnDelivery,
  ): void {
    if (!this.#wasLost) onDelivery(delivery, subscription);
  }
}
