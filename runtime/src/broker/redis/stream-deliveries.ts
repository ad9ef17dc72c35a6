import type { DeadLetter, Delivery, Redelivery, SubscribeOptions } from "../broker.js";
import { type BrokerLetter, brokerLetter } from "../broker-letter.js";
import { killerLetter } from "../killer-letter.js";
import type { Message } from "../message.js";
import { EntryMessages } from "./entry-messages.js";
import type { GroupTakes } from "./group-takes.js";
import { HeldEntries } from "./held-entries.js";
import { encodeLetter } from "./redis-dead-letters.js";
import type { StreamEntry } from "./stream-entry.js";
import type { Again, StreamGroup } from "./stream-group.js";
import { StreamSettler } from "./stream-settler.js";

export interface StreamDeliveriesParts {
  readonly options: SubscribeOptions;
  readonly group: StreamGroup;
  /** Nothing for a group whose members cannot differ. */
  readonly takes: GroupTakes | undefined;
  /** Whether handlers may begin here now. */
  readonly mayBegin: () => boolean;
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onReceived: (entries: readonly StreamEntry[]) => void;
  /** There is room for another. */
  readonly onSettled: (entry: StreamEntry) => void;
  /** The server gives one again after this time. */
  readonly onLater: (delayMs: number) => void;
  readonly onReport: (error: unknown) => void;
}

/** When an entry comes again that only another member takes. */
const handOverMs = 1_000;

/** An entry that was left behind more often kills the process that handles it: each is taken over on its own. */
const deliveriesAllowed = 6;

/** The entries of one subscription: gives them to its listener, and has the server told what became of each. */
export class StreamDeliveries {
  readonly held: HeldEntries;
  readonly settler: StreamSettler;
  readonly #parts: StreamDeliveriesParts;
  readonly #messages: EntryMessages;
  #stopped = false;

  constructor(parts: StreamDeliveriesParts) {
    this.#parts = parts;
    this.held = new HeldEntries(parts.options.prefetch, parts.mayBegin);
    this.settler = new StreamSettler({ ...parts, onUnsure: (entries) => this.receive(entries) });
    this.#messages = new EntryMessages(parts.options);
  }

  /** Ids whose leases are to be renewed, of the retry stream or of the other. */
  ids(retried: boolean): readonly string[] {
    return [...this.held.ids(retried), ...this.settler.ids(retried)];
  }

  /** Takes what the server has given, to be delivered as soon as there is room. */
  receive(entries: readonly StreamEntry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) this.held.add(entry);
    this.deliverWaiting();
    this.#parts.onReceived(entries);
  }

  /** To be called when there is room. */
  deliverWaiting(): void {
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      const message = this.#messages.read(entry);
      const isWanted = this.#messages.wants(message);
      const taker = isWanted ? undefined : this.#parts.takes?.takerOf(message);
      if (isWanted) this.#deliver(message, entry);
      else if (taker === "present") this.#handOver(entry);
      else if (taker === "absent") this.#keepForAbsent(message, entry);
      else {
        this.settler.pass(entry);
        this.#parts.onSettled(entry);
      }
    }
  }

  ack(delivery: Delivery): void {
    const entry = this.held.settle(delivery);
    if (entry === undefined) return;
    this.settler.ack(entry);
    this.#parts.onSettled(entry);
  }

  release(delivery: Delivery): void {
    this.#giveBack(delivery, delivery.attempt, delivery.firstFailedAt);
  }

  retry(delivery: Delivery, { delayMs, attempts, firstFailedAt }: Redelivery): void {
    if (delayMs <= 0) {
      this.#giveBack(delivery, attempts + 1, firstFailedAt);
      return;
    }
    const entry = this.held.beginToSettle(delivery);
    if (entry === undefined) return;
    this.#later({ entry, attempt: attempts + 1, firstFailedAt }, delayMs);
  }

  /** @throws when the server refuses the letter; the delivery is open again then */
  async deadLetter(delivery: Delivery, letter: DeadLetter): Promise<void> {
    const entry = this.held.beginToSettle(delivery);
    if (entry === undefined) return;
    const { options, group } = this.#parts;
    try {
      await this.settler.bury(entry, options.name, encodeLetter(letter, group.group));
    } catch (error) {
      this.held.reopen(delivery);
      throw error;
    } finally {
      this.#done(entry);
    }
  }

  /** Others may have been given what is held here: its handlers get their signals, and what they do has no effect. */
  revoke(): void {
    for (const delivery of this.held.revoke()) this.#parts.options.onRevoked?.(delivery);
  }

  /** Delivers no more. */
  stop(): void {
    this.#stopped = true;
  }

  giveBackWaiting(): void {
    for (const entry of this.held.takeWaiting()) this.settler.giveBack({ ...entry, entry });
  }

  /** Also what handlers are at work on: that was an attempt. */
  giveBackAll(): void {
    for (const entry of this.held.takeDelivered())
      this.settler.giveBack({ ...entry, entry, attempt: entry.attempt + 1 });
    this.giveBackWaiting();
  }

  #next(): StreamEntry | undefined {
    return this.#stopped ? undefined : this.held.next();
  }

  #deliver(message: Message, entry: StreamEntry): void {
    const delivery = this.held.deliver(message, entry);
    if (entry.deliveries <= deliveriesAllowed) this.#parts.onDelivery(delivery);
    else void this.#condemn(delivery, killerLetter(this.#parts.options, delivery));
  }

  /** Not for its handlers, which may take the type and not the address. */
  #keepForAbsent(message: Message, entry: StreamEntry): void {
    const delivery = this.held.deliver(message, entry);
    const what = `${message.type} at ${message.address}`;
    const problem = `cannot handle ${what}: no instance that takes it is there; replay it when one is back`;
    void this.#condemn(delivery, brokerLetter(this.#parts.options, delivery, { reason: "unknown", problem }));
  }

  async #condemn(delivery: Delivery, { error, letter }: BrokerLetter): Promise<void> {
    this.#parts.onReport(error);
    try {
      await this.deadLetter(delivery, letter);
    } catch (failure) {
      this.#parts.onReport(failure);
      this.release(delivery);
    }
  }

  /** Not at once: nobody knows which member reads it then. */
  #handOver(entry: StreamEntry): void {
    this.#later({ ...entry, entry }, handOverMs);
  }

  #later(again: Again, delayMs: number): void {
    this.settler
      .later(again, delayMs)
      .then(() => this.#parts.onLater(delayMs), this.#parts.onReport)
      .finally(() => this.#done(again.entry));
  }

  #giveBack(delivery: Delivery, attempt: number, firstFailedAt: number | undefined): void {
    const entry = this.held.settle(delivery);
    if (entry === undefined) return;
    this.settler.giveBack({ entry, attempt, firstFailedAt });
    this.#parts.onSettled(entry);
  }

  #done(entry: StreamEntry): void {
    this.held.done(entry);
    this.#parts.onSettled(entry);
  }
}
