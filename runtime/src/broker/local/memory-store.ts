import { type Clock, systemClock } from "../../clock.js";
import type { BrokerHost, BrokerSubscription, DeadLetter, Delivery, SubscribeOptions } from "../broker.js";
import type { Message } from "../message.js";
import { type Entry, LocalGroup } from "./local-group.js";
import { LocalSubscription } from "./local-subscription.js";

interface Delayed {
  /** Whose retry it is; an event that was published with a delay belongs to no group yet. */
  readonly group: LocalGroup | undefined;
  readonly dueAt: number;
  readonly deliver: () => void;
  cancel: () => void;
}

/** The groups that take an event, in order of subscription. */
export interface LocalRoute {
  readonly groups: readonly LocalGroup[];
  /** None of them ever keeps anything. */
  readonly direct: boolean;
}

/** Addresses whose routes are remembered; beyond it they are found again. */
const routesKept = 10_000;

/** Most dead letters kept for one listener; the oldest go first. */
const deadLettersKept = 10_000;

/** Queues, groups and dead letters: what a local broker works with that is given no store. */
export class MemoryStore {
  /** Whether events are kept for listeners to come. */
  readonly retains: boolean = false;
  /** Whether ids of published events are remembered. */
  readonly dedupes: boolean = false;
  protected readonly clock: Clock;
  readonly #groups = new Map<string, LocalGroup>();
  readonly #delayed = new Set<Delayed>();
  readonly #hosts = new Map<string, BrokerHost>();
  /** By type, then address: the groups that take it, in order of subscription. Emptied when groups come and go. */
  #routes = new Map<string, Map<string, LocalRoute>>();
  #routeCount = 0;
  #lastType = "";
  #lastAddress = "";
  #lastRoute: LocalRoute = { groups: [], direct: false };
  #nextHost = 1;
  #dispatches = 0;
  #sequence = 0;
  #dispatching = false;

  constructor(clock: Clock = systemClock) {
    this.clock = clock;
  }

  /** The number of the message that is being given to its groups; 0 when none is. */
  get dispatch(): number {
    return this.#dispatching ? this.#dispatches : 0;
  }

  /** The next place in the order of all messages. */
  nextSequence(): number {
    return ++this.#sequence;
  }

  beginDispatch(): void {
    this.#dispatches++;
    this.#dispatching = true;
  }

  endDispatch(): void {
    this.#dispatching = false;
  }

  /** The name under which replies reach this broker. */
  connect(host: BrokerHost): string {
    const name = `local-${this.#nextHost++}`;
    this.#hosts.set(name, host);
    if (this.#hosts.size === 1) for (const delayed of this.#delayed) this.#arm(delayed);
    return name;
  }

  /** With the last broker the timers go, so that the process can end; what they waited for stays. */
  disconnect(name: string): void {
    this.#hosts.delete(name);
    if (this.#hosts.size === 0) for (const delayed of this.#delayed) delayed.cancel();
  }

  hostOf(name: string): BrokerHost | undefined {
    return this.#hosts.get(name);
  }

  route(type: string, address: string): LocalRoute {
    // Events come in bursts of one kind: the last route spares both look-ups.
    if (type !== this.#lastType || address !== this.#lastAddress) {
      this.#lastRoute = this.#routes.get(type)?.get(address) ?? this.#findRoute(type, address);
      this.#lastType = type;
      this.#lastAddress = address;
    }
    return this.#lastRoute;
  }

  subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): LocalSubscription {
    const owner = options.scope === "group" ? "" : crypto.randomUUID();
    const key = JSON.stringify([options.name, owner, options.channel, options.address, options.contracts]);
    const group = this.#groups.get(key) ?? this.#newGroup(key, options);
    group.agree(options);
    const subscription = new LocalSubscription(this, group, options.prefetch, onDelivery);
    group.join(subscription);
    return subscription;
  }

  /** Keeps an event for groups to come, where the store retains any. */
  retain(_message: Message): void {}

  /** Whether an event was published before; from here on it was. Only where the store dedupes. */
  isRepeat(_message: Message): boolean {
    return false;
  }

  /** What the store has retained, oldest first. */
  protected retained(): readonly Message[] {
    return [];
  }

  #newGroup(key: string, options: SubscribeOptions): LocalGroup {
    const group = new LocalGroup(options);
    this.#groups.set(key, group);
    this.#forgetRoutes();
    if (options.from !== "start") return group;
    for (const message of this.retained()) {
      const isWanted = group.takes(message.address, message.type);
      if (isWanted) group.offer({ message, attempt: 1, sequence: this.nextSequence() });
    }
    return group;
  }

  /** A group that nobody belongs to lives on when its channel is durable. */
  forgetIfUnused(group: LocalGroup): void {
    if (!group.empty || group.durable) return;
    for (const [key, other] of this.#groups) if (other === group) this.#groups.delete(key);
    for (const delayed of this.#delayed) if (delayed.group === group) this.#drop(delayed);
    this.#forgetRoutes();
  }

  delay(group: LocalGroup, entry: Omit<Entry, "sequence">, delayMs: number): void {
    this.later(delayMs, () => group.offer({ ...entry, sequence: this.nextSequence() }), group);
  }

  /** Delivers after a while: for a group, or for all that will be there then. */
  later(delayMs: number, deliver: () => void, group?: LocalGroup): void {
    const delayed: Delayed = { group, deliver, dueAt: this.clock.now() + delayMs, cancel: () => {} };
    this.#delayed.add(delayed);
    this.#arm(delayed);
  }

  bury(group: LocalGroup, letter: DeadLetter): void {
    group.deadLetters.set(letter.id, letter);
    if (group.deadLetters.size <= deadLettersKept) return;
    for (const id of group.deadLetters.keys()) {
      group.deadLetters.delete(id);
      return;
    }
  }

  groupsNamed(name: string): readonly LocalGroup[] {
    return Array.from(this.#groups.values()).filter((group) => group.name === name);
  }

  /** Retries that wait, and events that were published with a delay. */
  get delayed(): number {
    return this.#delayed.size;
  }

  delayedOf(group: LocalGroup): number {
    return Array.from(this.#delayed).filter((delayed) => delayed.group === group).length;
  }

  #findRoute(type: string, address: string): LocalRoute {
    if (this.#routeCount >= routesKept) this.#forgetRoutes();
    const groups = Array.from(this.#groups.values()).filter((group) => group.takes(address, type));
    const byAddress = this.#routes.get(type) ?? new Map<string, LocalRoute>();
    const route = { groups, direct: groups.length > 0 && groups.every((group) => group.direct) };
    this.#routes.set(type, byAddress.set(address, route));
    this.#routeCount++;
    return route;
  }

  #forgetRoutes(): void {
    this.#routes = new Map();
    this.#routeCount = 0;
    this.#lastType = "";
  }

  #arm(delayed: Delayed): void {
    delayed.cancel = this.clock.after(Math.max(0, delayed.dueAt - this.clock.now()), () => {
      // A clock that was set back, or a timer that was early.
      if (delayed.dueAt > this.clock.now()) return this.#arm(delayed);
      this.#delayed.delete(delayed);
      delayed.deliver();
    });
  }

  #drop(delayed: Delayed): void {
    delayed.cancel();
    this.#delayed.delete(delayed);
  }
}
