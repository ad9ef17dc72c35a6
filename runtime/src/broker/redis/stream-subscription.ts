import { BusError } from "../../errors.js";
import type { BrokerSubscription, DeadLetter, Delivery, Redelivery, SubscribeOptions } from "../broker.js";
import { type BrokerLetter, brokerLetter } from "../broker-letter.js";
import { killerLetter } from "../killer-letter.js";
import type { Message } from "../message.js";
import { EntryMessages } from "./entry-messages.js";
import { ExclusiveTurn } from "./exclusive-turn.js";
import { GroupRecovery } from "./group-recovery.js";
import type { GroupTakes } from "./group-takes.js";
import { HeldEntries } from "./held-entries.js";
import { ReadLoop } from "./read-loop.js";
import { passingCodes, replyCode } from "./redis-client.js";
import { encodeLetter } from "./redis-dead-letters.js";
import { StreamCare } from "./stream-care.js";
import type { Recovered, StreamEntry } from "./stream-entry.js";
import type { Again, StreamGroup } from "./stream-group.js";
import type { StreamReader } from "./stream-reader.js";
import { lostError, StreamSettler } from "./stream-settler.js";
import { untilAnswered } from "./until-answered.js";
import { within } from "./within.js";

export interface StreamSubscriptionParts {
  readonly options: SubscribeOptions;
  readonly onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void;
  readonly group: StreamGroup;
  readonly reader: StreamReader;
  /** Nothing for a group whose members cannot differ. */
  readonly takes: GroupTakes | undefined;
  /** Lets the group be found by the listener's name, and the others know what this member takes. */
  readonly register: () => Promise<void>;
  readonly onReport: (error: unknown) => void;
  readonly onClosed: () => void;
  /** How long to wait at first for a server that does not answer. */
  readonly connectTimeoutMs: number;
  readonly leaseMs: number;
  readonly retainMs: number;
  /** What to do when the server has lost the group. */
  readonly onGroupLost: "create" | "stop";
  /** How long the group is there: for ever, with its last member, or with this subscription, whose own it is. */
  readonly life: "lasting" | "shared" | "own";
}

/** Said of a group that is gone. */
const groupCodes: ReadonlySet<string> = new Set(["NOGROUP", "UNBLOCKED"]);

/** When an entry comes again that only another member takes. */
const handOverMs = 1_000;

const closeLimitMs = 3_000;
const leaveLimitMs = 1_000;

/** An entry that was left behind more often kills the process that handles it: each is taken over on its own. */
const deliveriesAllowed = 6;

/** A consumer at work: reads what there is room for, delivers it, and tells the server what became of it. */
export class StreamSubscription implements BrokerSubscription {
  readonly #parts: StreamSubscriptionParts;
  readonly #group: StreamGroup;
  readonly #reader: StreamReader;
  readonly #held: HeldEntries;
  readonly #settler: StreamSettler;
  readonly #care: StreamCare;
  readonly #recovery: GroupRecovery;
  /** Of a member of an exclusive group. */
  readonly #turn: ExclusiveTurn | undefined;
  readonly #loop: ReadLoop;
  readonly #messages: EntryMessages;
  /** Whether the connection is there, and the group, and nothing of an earlier connection is left. */
  #ready = false;
  #stopped = false;
  #stopping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: StreamSubscriptionParts) {
    const { options, group, reader, leaseMs, life } = parts;
    this.#parts = parts;
    this.#group = group;
    this.#reader = reader;
    this.#held = new HeldEntries(options.prefetch, () => this.#mayBegin);
    this.#messages = new EntryMessages(options);
    this.#settler = new StreamSettler({ ...parts, onUnsure: (entries) => this.#receive(entries) });
    this.#care = new StreamCare({
      group,
      takes: parts.takes,
      leaseMs,
      retainMs: parts.retainMs,
      isFleeting: life === "shared",
      held: (retried) => [...this.#held.ids(retried), ...this.#settler.ids(retried)],
      take: (recovered) => this.#take(recovered),
      mayTake: () => this.#mayBegin,
      told: () => this.#settler.told(),
      onTakenOver: () => this.#loop.wake(),
      onFailed: (error) => this.#failed(error),
    });
    this.#recovery = new GroupRecovery({
      ...parts,
      care: this.#care,
      isStopped: () => this.#stopped,
      onReady: () => {
        this.#ready = reader.isUp;
        this.#care.start();
        this.#loop.wake();
      },
    });
    this.#loop = new ReadLoop({
      group,
      reader,
      held: this.#held,
      settler: this.#settler,
      turn: () => this.#turn,
      onTurn: () => {
        this.#deliverWaiting();
        // Behind what was released in this turn, which came before it.
        if (this.#stopped) this.#giveBackWaiting();
      },
      // What others have left comes before all that is new.
      mayRead: () => this.consuming && this.#mayBegin && !this.#care.isTakingOver,
      onEntries: (entries) => this.#receive(entries),
      onFailed: (error) => this.#failed(error),
    });
    if (options.exclusive === true) {
      this.#turn = new ExclusiveTurn({
        group,
        leaseMs,
        onBegin: () => this.#care.takeOver(),
        onEnd: () => this.#revoke(),
      });
    }
    reader.onUp = () => {
      group.names.next();
      void this.#recovery.run();
    };
    reader.onDown = () => {
      this.#ready = false;
    };
  }

  get consuming(): boolean {
    return this.#ready && !this.#stopped;
  }

  /** Whether handlers may begin here now. */
  get #mayBegin(): boolean {
    return this.#turn === undefined || this.#turn.isOurs;
  }

  /**
   * Resolves once entries arrive, or it is known that another has its turn.
   *
   * @throws BusError `LISTENER_INVALID`
   * @throws BrokerError
   */
  async open(): Promise<void> {
    const { register, options, connectTimeoutMs } = this.#parts;
    const answered = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
      untilAnswered(`listen as ${options.name}`, connectTimeoutMs, ask);
    if (this.#turn === undefined && (await answered(() => this.#group.hasTurns())))
      throw turnsError(options, true);
    await answered(register);
    if (this.#turn !== undefined && this.#parts.takes?.hasShared === true) throw turnsError(options, false);
    await answered(() => this.#group.create(options.from === "start" ? "0" : "$"));
    await this.#reader.open();
    await this.#recovery.run();
    await this.#turn?.start();
  }

  ack(delivery: Delivery): void {
    const entry = this.#held.settle(delivery);
    if (entry === undefined) return;
    this.#settler.ack(entry);
    this.#settled(entry);
  }

  release(delivery: Delivery): void {
    this.#giveBack(delivery, delivery.attempt, delivery.firstFailedAt);
  }

  retry(delivery: Delivery, { delayMs, attempts, firstFailedAt }: Redelivery): void {
    if (delayMs <= 0) {
      this.#giveBack(delivery, attempts + 1, firstFailedAt);
      return;
    }
    const entry = this.#held.beginToSettle(delivery);
    if (entry === undefined) return;
    this.#later({ entry, attempt: attempts + 1, firstFailedAt }, delayMs);
  }

  /** @throws when the server refuses the letter; the delivery is open again then */
  async deadLetter(delivery: Delivery, letter: DeadLetter): Promise<void> {
    const entry = this.#held.beginToSettle(delivery);
    if (entry === undefined) return;
    const { options } = this.#parts;
    try {
      await this.#settler.bury(entry, options.name, encodeLetter(letter, this.#group.group));
    } catch (error) {
      this.#held.reopen(delivery);
      throw error;
    } finally {
      this.#done(entry);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    this.#care.stop();
    this.#loop.wake();
    await this.#reader.endRead();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.stop();
    for (const entry of this.#held.takeDelivered())
      this.#settler.giveBack({ ...entry, entry, attempt: entry.attempt + 1 });
    this.#giveBackWaiting();
    const told = await this.#settler.close(this.#reader.isUp ? closeLimitMs : 0);
    if (this.#turn !== undefined) await within(leaveLimitMs, this.#turn.stop(told));
    await this.#reader.close();
    this.#care.close();
    if (told) await this.#leave();
    this.#parts.onClosed();
  }

  /** Best effort: others remove what nobody uses. */
  async #leave(): Promise<void> {
    const { life } = this.#parts;
    const left = life === "own" ? this.#group.destroy() : this.#group.leave();
    await within(leaveLimitMs, this.#parts.takes?.leave() ?? Promise.resolve());
    await within(leaveLimitMs, life === "shared" ? left.then(() => this.#group.disband()) : left);
  }

  #giveBack(delivery: Delivery, attempt: number, firstFailedAt: number | undefined): void {
    const entry = this.#held.settle(delivery);
    if (entry === undefined) return;
    this.#settler.giveBack({ entry, attempt, firstFailedAt });
    this.#settled(entry);
  }

  #done(entry: StreamEntry): void {
    this.#held.done(entry);
    this.#settled(entry);
  }

  #settled(entry: StreamEntry): void {
    this.#care.settled(entry);
    this.#loop.wake();
  }

  #take({ entries, lost }: Recovered): void {
    if (lost.length > 0) this.#parts.onReport(lostError(this.#group, lost));
    if (this.#mayBegin) this.#receive(entries);
  }

  /** Others may have been given what is held here: its handlers get their signals, and what they do has no effect. */
  #revoke(): void {
    this.#care.endTakingOver();
    for (const delivery of this.#held.revoke()) this.#parts.options.onRevoked?.(delivery);
  }

  #receive(entries: readonly StreamEntry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) this.#held.add(entry);
    this.#deliverWaiting();
    this.#loop.received(entries);
  }

  #giveBackWaiting(): void {
    for (const entry of this.#held.takeWaiting()) this.#settler.giveBack({ ...entry, entry });
  }

  #deliverWaiting(): void {
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      const message = this.#messages.read(entry);
      const isWanted = this.#messages.wants(message);
      const taker = isWanted ? undefined : this.#parts.takes?.takerOf(message);
      if (isWanted) this.#deliver(message, entry);
      else if (taker === "present") this.#handOver(entry);
      else if (taker === "absent") this.#keepForAbsent(message, entry);
      else {
        this.#settler.pass(entry);
        this.#settled(entry);
      }
    }
  }

  #deliver(message: Message, entry: StreamEntry): void {
    const delivery = this.#held.deliver(message, entry);
    if (entry.deliveries <= deliveriesAllowed) this.#parts.onDelivery(delivery, this);
    else void this.#condemn(delivery, killerLetter(this.#parts.options, delivery));
  }

  /** Not for its handlers, which may take the type and not the address. */
  #keepForAbsent(message: Message, entry: StreamEntry): void {
    const delivery = this.#held.deliver(message, entry);
    const what = `${message.type} at ${message.address}`;
    const problem = `cannot handle ${what}: no instance that takes it is there; replay it when one is back`;
    void this.#condemn(delivery, brokerLetter(this.#parts.options, delivery, { reason: "unknown", problem }));
  }

  /** Not at once: nobody knows which member reads it then. */
  #handOver(entry: StreamEntry): void {
    this.#later({ ...entry, entry }, handOverMs);
  }

  #later(again: Again, delayMs: number): void {
    this.#settler
      .later(again, delayMs)
      .then(() => this.#care.dueIn(delayMs), this.#parts.onReport)
      .finally(() => this.#done(again.entry));
  }

  async #condemn(delivery: Delivery, { error, letter }: BrokerLetter): Promise<void> {
    this.#parts.onReport(error);
    try {
      await this.deadLetter(delivery, letter);
    } catch (failure) {
      this.#parts.onReport(failure);
      this.#giveBack(delivery, delivery.attempt, delivery.firstFailedAt);
    }
  }

  #next(): StreamEntry | undefined {
    return this.#stopped ? undefined : this.#held.next();
  }

  #failed(error: unknown): void {
    this.#ready = false;
    const code = replyCode(error);
    if (code === "") {
      // Whatever was on its way is found from the next connection on.
      if (this.#reader.isUp) this.#reader.drop();
      return;
    }
    if (code === "MOVED" || code === "ASK" || code === "READONLY") this.#reader.drop();
    else if (!passingCodes.has(code) && !groupCodes.has(code)) this.#parts.onReport(error);
    void this.#recovery.run();
  }
}

function turnsError({ name }: SubscribeOptions, others: boolean): BusError {
  const why = `expected exclusive ${others} as with the other instances, got ${!others}`;
  const wayOut = "close them first; one that died counts for a minute";
  return new BusError("LISTENER_INVALID", `cannot listen as ${name}: ${why}; ${wayOut}`);
}
