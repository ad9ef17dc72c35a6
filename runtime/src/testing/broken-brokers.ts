import type {
  Broker,
  BrokerSubscription,
  DeadLetter,
  Delivery,
  Redelivery,
  SubscribeOptions,
} from "../broker/broker.js";
import type { Message, OutgoingMessage } from "../broker/message.js";
import type { Clock } from "../clock.js";
import { DelegatingBroker, DelegatingSubscription, type OnDelivery } from "./delegating-broker.js";

/** A broker that breaks one promise, to show that the suite notices. */
export interface BrokenBroker {
  /** What it does wrong. */
  readonly fault: string;
  /** Ids of suite cases that catch it. */
  readonly caughtBy: readonly string[];
  readonly breakIt: (broker: Broker, clock: Clock) => Broker;
}

class Dropping extends DelegatingBroker {
  #published = 0;
  override publish(message: OutgoingMessage): void | Promise<void> {
    return ++this.#published % 1000 === 500 ? undefined : super.publish(message);
  }
}

class AcknowledgingFirst extends DelegatingBroker {
  protected override deliver(
    delivery: Delivery,
    subscription: BrokerSubscription,
    onDelivery: OnDelivery,
  ): void {
    subscription.ack(delivery);
    onDelivery(delivery, subscription);
  }
}

class DeliveringTwice extends DelegatingBroker {
  #delivered = 0;
  protected override deliver(
    delivery: Delivery,
    subscription: BrokerSubscription,
    onDelivery: OnDelivery,
  ): void {
    onDelivery(delivery, subscription);
    if (++this.#delivered % 50 === 0) onDelivery({ ...delivery }, subscription);
  }
}

class Swapping extends DelegatingBroker {
  #kept: OutgoingMessage | undefined;
  #published = 0;
  override publish(message: OutgoingMessage): void | Promise<void> {
    if (++this.#published % 20 === 10) {
      this.#kept = message;
      return;
    }
    const accepted = super.publish(message);
    if (this.#kept !== undefined) void super.publish(this.#kept);
    this.#kept = undefined;
    return accepted;
  }
}

class LosingHeader extends DelegatingBroker {
  override publish(message: OutgoingMessage): void | Promise<void> {
    const { address, channel, durable, kind, type, body, expectsReply } = message;
    const { tenant: _lost, long: _lostToo, ...attributes } = message.attributes;
    const poorer = { address, channel, durable, kind, type, body, expectsReply, attributes };
    return super.publish({ ...poorer, cancelled: false, written: true });
  }
}

class ForgettingIds extends DelegatingBroker {
  override publish(message: OutgoingMessage): void | Promise<void> {
    const { address, channel, durable, kind, type, body, expectsReply, attributes } = message;
    const replay = { address, channel, durable, kind, type, body, expectsReply, attributes, isReplay: true };
    return super.publish({ ...replay, cancelled: false, written: true });
  }
}

/** Neither a delay nor a priority. */
class ForgettingWishes extends DelegatingBroker {
  override publish(message: OutgoingMessage): void | Promise<void> {
    const { address, channel, durable, kind, type, body, expectsReply, attributes } = message;
    const hasty = { address, channel, durable, kind, type, body, expectsReply, attributes };
    return super.publish({ ...hasty, cancelled: false, written: true });
  }
}

class ForgettingOptions extends DelegatingBroker {
  override subscribe(options: SubscribeOptions, onDelivery: OnDelivery): Promise<BrokerSubscription> {
    const { exclusive: _one, from: _start, ...others } = options;
    return super.subscribe(others, onDelivery);
  }
}

class ResolvingEarly extends DelegatingBroker {
  override publish(message: OutgoingMessage): Promise<void> {
    const send = async (): Promise<void> => super.publish(message);
    setImmediate(() => void send().catch(() => {}));
    return Promise.resolve();
  }
}

class Favouring extends DelegatingBroker {
  override subscribe(options: SubscribeOptions, onDelivery: OnDelivery): Promise<BrokerSubscription> {
    return super.subscribe({ ...options, exclusive: true }, onDelivery);
  }
}

class DeliveringLate extends DelegatingBroker {
  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new Unstoppable(subscription);
  }
}

/** Goes on when it is told to stop. */
class Unstoppable extends DelegatingSubscription {
  override stop(): Promise<void> {
    return Promise.resolve();
  }
}

class LeakingTimer extends DelegatingBroker {
  readonly #clock: Clock;
  constructor(inner: Broker, clock: Clock) {
    super(inner);
    this.#clock = clock;
  }
  override publish(message: OutgoingMessage): void | Promise<void> {
    this.#clock.after(3_600_000, () => {});
    return super.publish(message);
  }
}

class SwallowingNacks extends DelegatingBroker {
  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new WithoutRetry(subscription);
  }
}

class WithoutRetry extends DelegatingSubscription {
  override retry(): void {}
}

class Hurrying extends DelegatingBroker {
  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new WithoutPatience(subscription);
  }
}

class WithoutPatience extends DelegatingSubscription {
  override retry(delivery: Delivery, redelivery: Redelivery): void {
    super.retry(delivery, { ...redelivery, delayMs: 0 });
  }
}

class RetryingForEver extends DelegatingBroker {
  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new WithoutEnd(subscription);
  }
}

class WithoutEnd extends DelegatingSubscription {
  override deadLetter(delivery: Delivery): void {
    super.retry(delivery, { delayMs: 10, attempts: delivery.attempt, firstFailedAt: 0 });
  }
}

class LosingDeadLetters extends DelegatingBroker {
  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new WithoutLetters(subscription);
  }
}

class WithoutLetters extends DelegatingSubscription {
  override deadLetter(delivery: Delivery, _letter: DeadLetter): void {
    super.ack(delivery);
  }
}

class Miscounting extends DelegatingBroker {
  protected override wrap(subscription: BrokerSubscription): BrokerSubscription {
    return new WithoutCount(subscription);
  }
}

class WithoutCount extends DelegatingSubscription {
  override retry(delivery: Delivery, redelivery: Redelivery): void {
    super.retry(delivery, { ...redelivery, attempts: 0 });
  }
}

class ForgettingCrashes extends DelegatingBroker {
  protected override deliver(
    delivery: Delivery,
    subscription: BrokerSubscription,
    onDelivery: OnDelivery,
  ): void {
    Reflect.set(delivery, "attempt", 1);
    onDelivery(delivery, subscription);
  }
}

class MixingChannels extends DelegatingBroker {
  override subscribe(options: SubscribeOptions, onDelivery: OnDelivery): Promise<BrokerSubscription> {
    return super.subscribe({ ...options, address: "#", wants: () => true }, onDelivery);
  }
}

class NeverClosing extends DelegatingBroker {
  override close(): Promise<void> {
    return new Promise(() => {});
  }
}

class LosingReplies extends DelegatingBroker {
  #replies = 0;
  override reply(message: Message): void | Promise<void> {
    return ++this.#replies % 10 === 0 ? undefined : super.reply(message);
  }
}

/** Each breaks one promise of the suite, and is caught by it. */
export const brokenBrokers: readonly BrokenBroker[] = [
  { fault: "drops one event in a thousand", caughtBy: ["P9"], breakIt: (broker) => new Dropping(broker) },
  {
    fault: "acknowledges before the handler has run",
    caughtBy: ["A1", "A7", "L5"],
    breakIt: (broker) => new AcknowledgingFirst(broker),
  },
  {
    fault: "delivers some events twice",
    caughtBy: ["P1", "P9"],
    breakIt: (broker) => new DeliveringTwice(broker),
  },
  { fault: "swaps two events of one key", caughtBy: ["P9"], breakIt: (broker) => new Swapping(broker) },
  { fault: "loses a header", caughtBy: ["P1", "P4"], breakIt: (broker) => new LosingHeader(broker) },
  { fault: "forgets what it had", caughtBy: ["P15"], breakIt: (broker) => new ForgettingIds(broker) },
  {
    fault: "forgets delays and priorities",
    caughtBy: ["P16", "P18"],
    breakIt: (broker) => new ForgettingWishes(broker),
  },
  {
    fault: "forgets who is to be alone, and where to begin",
    caughtBy: ["S5", "S15"],
    breakIt: (broker) => new ForgettingOptions(broker),
  },
  {
    fault: "gives all events to one member of a group",
    caughtBy: ["S3", "S16"],
    breakIt: (broker) => new Favouring(broker),
  },
  {
    fault: "resolves publish before the server has the event",
    caughtBy: ["P8"],
    breakIt: (broker) => new ResolvingEarly(broker),
  },
  {
    fault: "delivers to a subscription that was stopped",
    caughtBy: ["S19"],
    breakIt: (broker) => new DeliveringLate(broker),
  },
  { fault: "leaks a timer", caughtBy: ["P1"], breakIt: (broker, clock) => new LeakingTimer(broker, clock) },
  { fault: "swallows a nack", caughtBy: ["A3", "R1"], breakIt: (broker) => new SwallowingNacks(broker) },
  { fault: "retries at once", caughtBy: ["R1", "R2", "R3"], breakIt: (broker) => new Hurrying(broker) },
  { fault: "retries for ever", caughtBy: ["R1", "R5"], breakIt: (broker) => new RetryingForEver(broker) },
  { fault: "loses dead letters", caughtBy: ["R1", "R7"], breakIt: (broker) => new LosingDeadLetters(broker) },
  {
    fault: "counts retries wrong",
    caughtBy: ["A3", "R1", "L24"],
    breakIt: (broker) => new Miscounting(broker),
  },
  {
    fault: "forgets attempts of a dead instance",
    caughtBy: ["A7", "A13"],
    breakIt: (broker) => new ForgettingCrashes(broker),
  },
  { fault: "mixes channels", caughtBy: ["P7"], breakIt: (broker) => new MixingChannels(broker) },
  { fault: "never resolves close", caughtBy: ["L7", "L11"], breakIt: (broker) => new NeverClosing(broker) },
  { fault: "loses replies", caughtBy: ["L21"], breakIt: (broker) => new LosingReplies(broker) },
];
