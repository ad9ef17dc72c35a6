import { type Clock, systemClock } from "../../clock.js";
import { BusError, notSent, type PublishError } from "../../errors.js";
import { aboveZero, anything, oneOf, type Rules, readOptions } from "../../given-options.js";
import { LiveMessage } from "../../publish/live-message.js";
import { Queue } from "../../queue.js";
import type {
  Broker,
  BrokerFeatures,
  BrokerHost,
  BrokerSubscription,
  DeadLetterStore,
  Delivery,
  Inspection,
  SubscribeOptions,
} from "../broker.js";
import { fullFeatures } from "../full-features.js";
import type { Message, OutgoingMessage } from "../message.js";
import { LocalDeadLetters } from "./local-dead-letters.js";
import type { LocalGroup } from "./local-group.js";
import type { LocalStore } from "./local-store.js";
import type { LocalSubscription } from "./local-subscription.js";
import { type LocalRoute, MemoryStore } from "./memory-store.js";

export interface LocalBrokerOptions {
  /** `share`: listeners get the publisher's object. `copy`: each listener gets its own, made through bytes. @default "share" */
  readonly isolation?: "share" | "copy";
  /** Messages that may wait for one listener, on durable channels and with limits to its work. @default 100 000 */
  readonly capacity?: number;
  /** Longest body; setting it makes every event be put into bytes. @default no limit */
  readonly maxBytes?: number;
  /** @default the system's */
  readonly clock?: Clock;
  /** Shared by the brokers of one process that shall reach each other. @default one of its own */
  readonly store?: LocalStore;
}

const rules: Rules<LocalBrokerOptions> = {
  isolation: oneOf("share", "copy"),
  capacity: aboveZero,
  maxBytes: aboveZero,
  clock: anything,
  store: anything,
};

/**
 * Delivers within the process: handlers are called in order of subscription, in the tick of the publish. Keeps events
 * of durable channels in memory. The reference for all other brokers.
 */
export class LocalBroker implements Broker {
  readonly name = "local";
  readonly immediate: Broker["publish"] = LocalBroker.prototype.publish;
  readonly features: BrokerFeatures;
  readonly deadLetters: DeadLetterStore;
  readonly #store: MemoryStore;
  readonly #copy: boolean;
  readonly #capacity: number;
  readonly #subscriptions = new Set<LocalSubscription>();
  readonly #nested = new Queue<Message>();
  /** Whether what passes through is given to listeners as it is. */
  readonly #plain: boolean;
  #dispatching = false;
  #host: BrokerHost | undefined;
  #replyTo = "";

  /** @throws BusError `BUS_OPTIONS_INVALID` that names all problems */
  constructor(options: LocalBrokerOptions = {}) {
    const { isolation, capacity, maxBytes, clock, store } = checkOptions(options);
    this.#store = store ?? new MemoryStore(clock ?? systemClock);
    this.#copy = isolation === "copy";
    this.#capacity = capacity ?? 100_000;
    this.#plain = !this.#copy && !this.#store.dedupes;
    this.deadLetters = new LocalDeadLetters(this.#store);
    this.features = {
      ...fullFeatures,
      replay: this.#store.retains ? "durable" : "none",
      publishDedup: this.#store.dedupes ? "all" : "none",
      maxBytes: maxBytes ?? Number.POSITIVE_INFINITY,
    };
  }

  connect(host: BrokerHost): Promise<void> {
    this.#host = host;
    this.#replyTo = this.#store.connect(host);
    host.onStatus("open");
    return Promise.resolve();
  }

  publish(message: OutgoingMessage): void {
    if (this.#host === undefined)
      throw notSent("PUBLISH_CLOSED", `to ${message.address}`, "broker is closed");
    const route = this.#store.route(message.type, message.address);
    if (!this.#plain || !route.direct || message.delayMs !== undefined || message.expectsReply) {
      this.#publishFully(message, route);
      return;
    }
    message.check?.();
    this.#dispatch(message, route);
  }

  #publishFully(message: OutgoingMessage, route: LocalRoute): void {
    if (route.groups.length === 0) {
      refuseUnroutable(message);
      return;
    }
    const isFull = !route.direct && route.groups.some(({ waiting }) => waiting >= this.#capacity);
    if (isFull) throw full(message, this.#capacity);
    if (this.#store.dedupes && this.#isRepeat(message)) return;
    const { delayMs = 0 } = message;
    if (delayMs > 0) this.#delay(message, delayMs);
    else {
      if (!this.#copy) message.check?.();
      this.#dispatch(this.#carry(message), route);
    }
  }

  /** Whether any listener is known for the message. */
  takes(message: Message): boolean {
    return this.#store.route(message.type, message.address).groups.length > 0;
  }

  reply(message: Message): void {
    this.#store.hostOf(message.replyTo ?? "")?.onReply(this.#copy ? copyOf(message) : message);
  }

  subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<BrokerSubscription> {
    const subscription = this.#store.subscribe(options, onDelivery);
    this.#subscriptions.add(subscription);
    return Promise.resolve(subscription);
  }

  async close(): Promise<void> {
    if (this.#host === undefined) return;
    const host = this.#host;
    this.#host = undefined;
    for (const subscription of this.#subscriptions) await subscription.close();
    this.#subscriptions.clear();
    this.#store.disconnect(this.#replyTo);
    host.onStatus("closed");
  }

  inspect(listener: string): Promise<Inspection> {
    const groups = this.#store.groupsNamed(listener);
    const sum = (count: (group: LocalGroup) => number): number =>
      groups.reduce((total, group) => total + count(group), 0);
    return Promise.resolve({
      waiting: sum((group) => group.waiting),
      unsettled: sum((group) => group.unsettled),
      delayed: sum((group) => this.#store.delayedOf(group)),
      deadLetters: sum((group) => group.deadLetters.size),
    });
  }

  /** What cannot be put into bytes must not count as published. A request needs its reply, however often it is sent. */
  #isRepeat(message: OutgoingMessage): boolean {
    if (message.isReplay || message.expectsReply) return false;
    void message.content;
    return this.#store.isRepeat(message);
  }

  /** Kept as bytes: what the publisher does with its object meanwhile changes nothing. */
  #delay(message: OutgoingMessage, delayMs: number): void {
    if (this.#store.delayed >= this.#capacity) throw full(message, this.#capacity);
    const kept = copyOf(message);
    if (message.expectsReply) Object.assign(kept, { replyTo: this.#replyTo });
    this.#store.later(delayMs, () => this.#dispatch(kept, this.#store.route(kept.type, kept.address)));
  }

  #carry(message: OutgoingMessage): Message {
    const carried = this.#copy ? fixedCopy(message) : message;
    return message.expectsReply ? Object.assign(carried, { replyTo: this.#replyTo }) : carried;
  }

  /** A message published by a handler is delivered after the one being handled, so that all listeners see one order. */
  #dispatch(message: Message, route: LocalRoute): void {
    if (this.#dispatching) {
      this.#nested.push(message);
      return;
    }
    this.#dispatching = true;
    try {
      this.#store.beginDispatch();
      if (route.direct) passToAll(message, route, this.#copy);
      else deliver(message, route, this.#store, this.#copy);
      if (this.#nested.size > 0) this.#dispatchNested();
    } finally {
      this.#dispatching = false;
      this.#store.endDispatch();
    }
  }

  #dispatchNested(): void {
    for (let next = this.#nested.shift(); next !== undefined; next = this.#nested.shift()) {
      this.#store.beginDispatch();
      deliver(next, this.#store.route(next.type, next.address), this.#store, this.#copy);
    }
  }
}

/** All groups share one delivery: none keeps account of it. With copies each gets its own, the last one this. */
function passToAll(message: Message, { groups }: LocalRoute, copies: boolean): void {
  const shared = deliveryOf(message);
  const last = groups.length - 1;
  for (let index = 0; index <= last; index++) {
    groups[index]?.pass(copies && index < last ? copyFor(shared) : shared);
  }
}

/** Direct groups share one delivery; the others keep account of theirs, so each gets its own. */
function deliver(message: Message, { groups }: LocalRoute, store: MemoryStore, copies: boolean): void {
  const kept = copies && message instanceof LiveMessage ? copyOf(message) : message;
  if (store.retains) store.retain(kept);
  const shared = deliveryOf(message);
  for (const group of groups) {
    if (group.direct) group.pass(copies ? copyFor(shared) : shared);
    else group.offer({ message: kept, attempt: 1, sequence: store.nextSequence() });
  }
}

function deliveryOf(message: Message): Delivery {
  return message instanceof LiveMessage ? message : { message, attempt: 1 };
}

/** What comes as bytes is read by each listener for itself. */
function copyFor(delivery: Delivery): Delivery {
  return delivery instanceof LiveMessage ? delivery.own() : delivery;
}

function full({ address }: Message, capacity: number): PublishError {
  const why = `expected at most ${capacity} events waiting, got more`;
  return notSent("PUBLISH_FULL", `to ${address}`, why);
}

function checkOptions(options: LocalBrokerOptions): LocalBrokerOptions {
  const { given, problems } = readOptions(options, rules);
  if (problems.length === 0) return given;
  throw new BusError("BUS_OPTIONS_INVALID", `cannot make a local broker: ${problems.join("; ")}`);
}

function refuseUnroutable(message: OutgoingMessage): void {
  if (message.kind === "event" && !message.durable) return;
  const what = `${message.type} to ${message.address}`;
  throw notSent("PUBLISH_UNROUTABLE", what, "no listener is known there");
}

/** A message that its publisher cannot change any more. Events of this process are copied again for each listener. */
function fixedCopy(message: OutgoingMessage): Message {
  if (!(message instanceof LiveMessage) || message.kind !== "event") return copyOf(message);
  void message.content; // refuses what could not be put into bytes, or would be too large
  return message.own();
}

function copyOf(message: Message): Message {
  const { address, channel, durable, kind, type, attributes, body, priority, replyTo } = message;
  return { address, channel, durable, kind, type, attributes, body, priority, replyTo };
}
