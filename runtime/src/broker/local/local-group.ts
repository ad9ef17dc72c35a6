import { isPattern, matchesPattern } from "../../address.js";
import { BusError } from "../../errors.js";
import { Queue } from "../../queue.js";
import type { DeadLetter, Delivery, SubscribeOptions } from "../broker.js";
import type { Message } from "../message.js";
import type { LocalSubscription } from "./local-subscription.js";

/** A message as one group holds it. The object is its delivery, too; a new attempt is a new object. */
export interface Entry {
  readonly message: Message;
  readonly attempt: number;
  /** Its place in the order of the store. */
  readonly sequence: number;
  readonly firstFailedAt?: number | undefined;
}

/** What the instances of one listener share: the messages that none of them has settled. */
export class LocalGroup {
  readonly name: string;
  readonly durable: boolean;
  /** Members take every message at once, so nothing is ever kept for them. */
  readonly direct: boolean;
  readonly deadLetters: Map<string, DeadLetter> = new Map();
  readonly #options: SubscribeOptions;
  readonly #waiting = new Queue<Entry>();
  #members: readonly LocalSubscription[] = [];
  #exclusive: boolean;
  #turn = 0;
  #draining = false;

  constructor(options: SubscribeOptions) {
    this.#options = options;
    this.name = options.name;
    this.durable = options.durable && options.scope === "group";
    this.#exclusive = options.exclusive ?? false;
    this.direct = !options.durable && options.prefetch === Number.POSITIVE_INFINITY && !this.#exclusive;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get unsettled(): number {
    return this.#members.reduce((total, member) => total + member.unsettled, 0);
  }

  get empty(): boolean {
    return this.#members.length === 0;
  }

  takes(address: string, type: string): boolean {
    const wanted = this.#options.address;
    const here = isPattern(wanted) ? matchesPattern(wanted, address) : wanted === address;
    return here && this.#options.wants(type);
  }

  /** Takes a newcomer's wish while there are no others. @throws BusError when it wishes for something else than they */
  agree({ name, exclusive = false }: SubscribeOptions): void {
    if (this.empty) this.#exclusive = exclusive;
    if (this.#exclusive === exclusive) return;
    const why = `expected exclusive ${this.#exclusive} as with the other instances, got ${exclusive}`;
    throw new BusError("LISTENER_INVALID", `cannot listen as ${name}: ${why}`);
  }

  join(member: LocalSubscription): void {
    this.#members = [...this.#members, member];
    this.drain();
  }

  leave(member: LocalSubscription): void {
    this.#members = this.#members.filter((other) => other !== member);
    this.drain();
  }

  /** For a direct group: gives the message to a member, or to nobody. */
  pass(delivery: Delivery): void {
    this.#nextMember()?.pass(delivery);
  }

  /** Gives the message to a member, now if one has room, else as soon as one has. */
  offer(entry: Entry): void {
    if (this.direct) {
      this.pass(entry);
      return;
    }
    if (entry.message.priority === undefined) this.#waiting.push(entry);
    else this.#waiting.insert(entry, (other) => comesBefore(other, entry));
    this.drain();
  }

  /** Puts messages that were taken already back in their place. */
  giveBack(entries: readonly Entry[]): void {
    for (const entry of entries) this.#waiting.insert(entry, (other) => comesBefore(other, entry));
    this.drain();
  }

  /** Delivers while there are messages and room. Handlers that end at once come back here: they find it running. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#waiting.size > 0) {
        const member = this.#nextMember();
        if (member === undefined) return;
        const entry = this.#waiting.shift();
        if (entry !== undefined) member.deliver(entry);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** The members with room take turns; with an exclusive one the others wait until it has left. */
  #nextMember(): LocalSubscription | undefined {
    const members = this.#members;
    if (members.length === 1 || this.#exclusive) return members[0]?.hasRoom ? members[0] : undefined;
    for (let tried = 0; tried < members.length; tried++) {
      const member = members[this.#turn++ % members.length];
      if (member?.hasRoom) return member;
    }
    return undefined;
  }
}

function comesBefore(one: Entry, other: Entry): boolean {
  const [mine, its] = [one.message.priority ?? 0, other.message.priority ?? 0];
  return mine === its ? one.sequence < other.sequence : mine > its;
}
