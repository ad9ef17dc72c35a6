import { PublishError } from "../../errors.js";
import type { Broker, BrokerFeatures, BrokerHost, BrokerSubscription } from "../broker.js";
import { fullFeatures } from "../full-features.js";
import type { OutgoingMessage } from "../message.js";

const settled = (): void => {};
const nowhere: BrokerSubscription = {
  ack: settled,
  retry: settled,
  deadLetter: settled,
  release: settled,
  consuming: true,
  stop: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Takes every event and delivers none. Payloads are checked, and put into bytes, as with any broker. */
export class NullBroker implements Broker {
  readonly name = "null";
  readonly immediate: Broker["publish"] = NullBroker.prototype.publish;
  readonly features: BrokerFeatures = { ...fullFeatures, unroutable: "none" };
  #host: BrokerHost | undefined;

  connect(host: BrokerHost): Promise<void> {
    this.#host = host;
    host.onStatus("open");
    return Promise.resolve();
  }

  publish(message: OutgoingMessage): void {
    if (message.expectsReply) {
      throw new PublishError(
        "PUBLISH_UNROUTABLE",
        `cannot send to ${message.address}: the null broker has no handlers`,
        {
          outcome: "refused",
        },
      );
    }
    void message.content;
  }

  reply(): void {}

  subscribe(): Promise<BrokerSubscription> {
    return Promise.resolve(nowhere);
  }

  close(): Promise<void> {
    this.#host?.onStatus("closed");
    this.#host = undefined;
    return Promise.resolve();
  }
}
